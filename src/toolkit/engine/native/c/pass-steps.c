/* The steps of a PASS that go element by element: for each op a loop for every way its operands may lie. */
#include "lanes.h"
#include "pass.h"
#include "program.h"
#include "row-steps.h"
#include "vector-math.h"

typedef ef_v function(ef_v a, ef_v b, ef_v c);

/* `f` and `spread` are known where this is inlined, so that each use becomes a loop of its own. */
EF_INLINE void each_element(const ef_call *call, function *f, int operands, int spread) {
  const int64_t whole = call->width - call->width % EF_LANES, rest = call->width - whole;
  const ef_v none = {0};
  for (int64_t row = 0; row < call->rows; row++) {
    const float *a = call->a + row * call->a_row;
    const float *b = operands > 1 ? call->b + row * call->b_row : a;
    const float *c = operands > 2 ? call->c + row * call->c_row : a;
    float *to = call->to + row * call->width;
    const ef_v all_a = spread & 1 ? ef_spread(a) : none;
    const ef_v all_b = spread & 2 ? ef_spread(b) : none;
    const ef_v all_c = spread & 4 ? ef_spread(c) : none;
    for (int64_t at = 0; at < whole; at += EF_LANES) {
      ef_store(to + at, f(spread & 1 ? all_a : ef_load(a + at), spread & 2 ? all_b : operands > 1 ? ef_load(b + at) : none,
                          spread & 4 ? all_c : operands > 2 ? ef_load(c + at) : none));
    }
    if (rest > 0) {
      const ef_v x = spread & 1 ? all_a : ef_load_part(a + whole, rest);
      const ef_v y = spread & 2 ? all_b : operands > 1 ? ef_load_part(b + whole, rest) : none;
      const ef_v z = spread & 4 ? all_c : operands > 2 ? ef_load_part(c + whole, rest) : none;
      ef_store_part(to + whole, f(x, y, z), rest);
    }
  }
}

/* clang-format off */
#define LOOP(NAME, OPERANDS, SPREAD) \
  static void NAME##_##SPREAD(const ef_call *call) { each_element(call, NAME##_of, OPERANDS, SPREAD); }

#define ONE(NAME, RESULT) \
  EF_INLINE ef_v NAME##_of(ef_v a, ef_v b, ef_v c) { (void)b; (void)c; return RESULT; } \
  LOOP(NAME, 1, 0)

#define TWO(NAME, RESULT) \
  EF_INLINE ef_v NAME##_of(ef_v a, ef_v b, ef_v c) { (void)c; return RESULT; } \
  LOOP(NAME, 2, 0) LOOP(NAME, 2, 1) LOOP(NAME, 2, 2)

#define THREE(NAME, RESULT) \
  EF_INLINE ef_v NAME##_of(ef_v a, ef_v b, ef_v c) { return RESULT; } \
  LOOP(NAME, 3, 0) LOOP(NAME, 3, 1) LOOP(NAME, 3, 2) LOOP(NAME, 3, 3) LOOP(NAME, 3, 4) LOOP(NAME, 3, 5) LOOP(NAME, 3, 6)

#define TRUTH(MASK) (ef_v)((MASK) & 1)
#define WRAPPING(A, SIGN, B) (ef_v)((ef_u)(A) SIGN (ef_u)(B))

EF_INLINE ef_v quotients(ef_i a, ef_i b) {
  for (int lane = 0; lane < EF_LANES; lane++) {
    const int64_t quotient = b[lane] == 0 ? 0 : (int64_t)a[lane] / b[lane];
    a[lane] = (int32_t)(uint32_t)(uint64_t)quotient; /* -2^31 / -1 wraps */
  }
  return (ef_v)a;
}

/* The larger; NaN where either is. */
EF_INLINE ef_v maximum(ef_v a, ef_v b) {
  return ef_select(a != a, a, ef_larger(a, b));
}

ONE(neg, -a)
ONE(exponential, ef_exp(a))
ONE(logarithm, ef_log(a))
ONE(square_root, ef_sqrt(a))
ONE(hyperbolic, ef_tanh(a))
ONE(error, ef_erf(a))
ONE(sigmoid, ef_sigmoid(a))
ONE(softplus, ef_softplus(a))
ONE(gelu, ef_gelu(a))
ONE(neg_int, WRAPPING((ef_u){0}, -, a))
ONE(not, (ef_v)(1 - (ef_i)a))
ONE(to_float, ef_to_float((ef_i)a))
ONE(to_int, (ef_v)__builtin_convertvector(a, ef_i))
ONE(float_to_bool, TRUTH(a != 0.0f))
ONE(int_to_bool, TRUTH((ef_i)a != 0))
ONE(expand, a)
LOOP(expand, 1, 1)
TWO(add, a + b)
TWO(sub, a - b)
TWO(mul, a * b)
TWO(divide, a / b)
TWO(largest, maximum(a, b))
TWO(add_int, WRAPPING(a, +, b))
TWO(sub_int, WRAPPING(a, -, b))
TWO(mul_int, WRAPPING(a, *, b))
TWO(div_int, quotients((ef_i)a, (ef_i)b))
TWO(equal, TRUTH(a == b))
TWO(less, TRUTH(a < b))
TWO(less_equal, TRUTH(a <= b))
TWO(equal_int, TRUTH((ef_i)a == (ef_i)b))
TWO(less_int, TRUTH((ef_i)a < (ef_i)b))
TWO(less_equal_int, TRUTH((ef_i)a <= (ef_i)b))
TWO(and, (ef_v)((ef_i)a & (ef_i)b))
TWO(or, (ef_v)((ef_i)a | (ef_i)b))
THREE(multiply_add, a * b + c)
THREE(sum_plus, a + b + c)
THREE(difference_plus, a - b + c)
THREE(product_minus, a * b - c)
THREE(sum_minus, a + b - c)
THREE(difference_minus, a - b - c)
THREE(product_from, c - a * b)
THREE(sum_from, c - (a + b))
THREE(difference_from, c - (a - b))
THREE(product_times, a * b * c)
THREE(sum_times, (a + b) * c)
THREE(difference_times, (a - b) * c)
THREE(choose, ef_select((ef_i)a != 0, b, c))

typedef struct {
  int op, operands;
  ef_kernel *kernel[8];
} entry;

#define ENTRY1(OP, NAME) {OP, 1, {NAME##_0}}
#define ENTRY2(OP, NAME) {OP, 2, {NAME##_0, NAME##_1, NAME##_2}}
#define ENTRY3(OP, NAME) {OP, 3, {NAME##_0, NAME##_1, NAME##_2, NAME##_3, NAME##_4, NAME##_5, NAME##_6}}

static const entry table[] = {
  {CONSTANT, 0, {0}}, {CONSTANT_INT, 0, {0}},
  ENTRY2(ADD, add), ENTRY2(SUB, sub), ENTRY2(MUL, mul), ENTRY2(DIV, divide), ENTRY1(NEG, neg), ENTRY1(EXP, exponential),
  ENTRY1(LOG, logarithm), ENTRY1(SQRT, square_root), ENTRY1(TANH, hyperbolic), ENTRY1(ERF, error), ENTRY1(SIGMOID, sigmoid),
  ENTRY1(SOFTPLUS, softplus), ENTRY1(GELU, gelu), ENTRY3(MULTIPLY_ADD, multiply_add), ENTRY2(MAXIMUM, largest),
  ENTRY2(ADD_INT, add_int), ENTRY2(SUB_INT, sub_int), ENTRY2(MUL_INT, mul_int), ENTRY2(DIV_INT, div_int),
  ENTRY1(NEG_INT, neg_int), ENTRY2(EQUAL, equal), ENTRY2(LESS, less), ENTRY2(LESS_EQUAL, less_equal),
  ENTRY2(EQUAL_INT, equal_int), ENTRY2(LESS_INT, less_int), ENTRY2(LESS_EQUAL_INT, less_equal_int), ENTRY2(AND, and),
  ENTRY2(OR, or), ENTRY1(NOT, not), ENTRY3(SELECT, choose), ENTRY1(TO_FLOAT, to_float), ENTRY1(TO_INT, to_int),
  ENTRY1(FLOAT_TO_BOOL, float_to_bool), ENTRY1(INT_TO_BOOL, int_to_bool),
  {SUM_ROW, 1, {ef_sum_row}}, {MAX_ROW, 1, {ef_max_row}}, {SUM_ROW_INT, 1, {ef_sum_row_int}}, {SOFTMAX, 1, {ef_softmax}},
  {LOG_SOFTMAX, 1, {ef_log_softmax}}, {STANDARDISE, 1, {ef_standardise}}, {INVERSE_DEVIATION, 1, {ef_inverse_deviation}},
  {EF_EXPAND, 1, {expand_0, expand_1}}, {EF_SUM_ROW_OF_PRODUCT, 2, {ef_sum_row_of_product}},
  {EF_STANDARDISE_TOO, 1, {ef_standardise}},
  ENTRY3(EF_JOIN(EF_PLUS, EF_OF_PRODUCT), multiply_add), ENTRY3(EF_JOIN(EF_PLUS, EF_OF_SUM), sum_plus),
  ENTRY3(EF_JOIN(EF_PLUS, EF_OF_DIFFERENCE), difference_plus), ENTRY3(EF_JOIN(EF_MINUS, EF_OF_PRODUCT), product_minus),
  ENTRY3(EF_JOIN(EF_MINUS, EF_OF_SUM), sum_minus), ENTRY3(EF_JOIN(EF_MINUS, EF_OF_DIFFERENCE), difference_minus),
  ENTRY3(EF_JOIN(EF_FROM, EF_OF_PRODUCT), product_from), ENTRY3(EF_JOIN(EF_FROM, EF_OF_SUM), sum_from),
  ENTRY3(EF_JOIN(EF_FROM, EF_OF_DIFFERENCE), difference_from), ENTRY3(EF_JOIN(EF_TIMES, EF_OF_PRODUCT), product_times),
  ENTRY3(EF_JOIN(EF_TIMES, EF_OF_SUM), sum_times), ENTRY3(EF_JOIN(EF_TIMES, EF_OF_DIFFERENCE), difference_times),
};
/* clang-format on */

static const entry *find(int op) {
  for (size_t at = 0; at < sizeof table / sizeof table[0]; at++) {
    if (table[at].op == op) return &table[at];
  }
  return NULL;
}

ef_kernel *ef_kernel_of(int op, int spread) {
  return find(op)->kernel[spread];
}

int ef_operands_of(int op) {
  const entry *found = find(op);
  return found == NULL ? -1 : found->operands;
}

int ef_takes_rows(int op) {
  return (op >= SUM_ROW && op <= INVERSE_DEVIATION) || op == EF_SUM_ROW_OF_PRODUCT || op == EF_STANDARDISE_TOO;
}

int ef_reduces(int op) {
  return op == SUM_ROW || op == MAX_ROW || op == SUM_ROW_INT || op == INVERSE_DEVIATION || op == EF_SUM_ROW_OF_PRODUCT;
}
