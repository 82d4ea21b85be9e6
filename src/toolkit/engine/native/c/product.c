/* The instruction PRODUCT: its words, and the call of ef_multiply. */
#include "instruction.h"
#include "products.h"

enum { BATCH_AXES = sizeof((ef_product){0}.length) / sizeof(int64_t) };

typedef struct {
  ef_product product; /* complete but for addresses */
  ef_operand a, b, c, bias;
  int has_bias, mode;
} product_plan;

static int run_product(const void *plan, ef_run *run);

/* value offset rowStride columnStride stride[rank]; the row and column strides end up behind the others */
static ef_operand read_matrix(ef_reader *reader, const ef_space *batch, int64_t rows, int64_t columns) {
  ef_operand matrix = ef_read_array(reader);
  ef_space space = *batch;
  space.length[space.rank++] = rows;
  space.length[space.rank++] = columns;
  for (int at = 0; at < space.rank; at++) {
    const int axis = at < 2 ? batch->rank + at : at - 2;
    matrix.stride[axis] = ef_read_whole(reader, "stride", 0, (int64_t)1 << 52);
  }
  ef_check_extent(reader, &matrix, ef_extent(&space, &matrix));
  return matrix;
}

void ef_make_product(ef_reader *reader, ef_instruction *instruction) {
  const int64_t most = (int64_t)1 << 40;
  product_plan plan = {0};
  ef_product *product = &plan.product;
  product->m = ef_read_whole(reader, "m", 0, most);
  product->n = ef_read_whole(reader, "n", 0, most);
  product->k = ef_read_whole(reader, "k", 0, most);
  product->scale = (float)ef_read_number(reader, "scale");
  plan.mode = (int)ef_read_whole(reader, "mode", 0, 2);
  plan.bias.value = ef_read_whole(reader, "bias", -1, reader->values - 1);
  plan.bias.offset = ef_read_whole(reader, "bias' offset", 0, most);
  plan.has_bias = plan.bias.value >= 0;
  if (plan.has_bias) ef_check_extent(reader, &plan.bias, (double)product->n);
  ef_space batch = ef_read_space(reader, 0);
  if (batch.rank > EF_RANK - 2) ef_fail(reader, "more than %d batch axes", EF_RANK - 2);
  if (reader->failed) return;
  plan.a = read_matrix(reader, &batch, product->m, product->k);
  plan.b = read_matrix(reader, &batch, product->k, product->n);
  plan.c = read_matrix(reader, &batch, product->m, product->n);
  if (reader->failed) return;
  product->a.row = plan.a.stride[batch.rank];
  product->a.column = plan.a.stride[batch.rank + 1];
  product->b.row = plan.b.stride[batch.rank];
  product->b.column = plan.b.stride[batch.rank + 1];
  product->c_row = plan.c.stride[batch.rank];
  product->c_column = plan.c.stride[batch.rank + 1];
  ef_operand *const all[] = {&plan.a, &plan.b, &plan.c};
  ef_merge_axes(&batch, batch.rank, all, 3);
  if (batch.rank > BATCH_AXES) ef_fail(reader, "more than %d batch axes that do not merge", BATCH_AXES);
  if (reader->failed) return;
  product->rank = batch.rank;
  for (int axis = 0; axis < batch.rank; axis++) {
    product->length[axis] = batch.length[axis];
    product->a_stride[axis] = plan.a.stride[axis];
    product->b_stride[axis] = plan.b.stride[axis];
    product->c_stride[axis] = plan.c.stride[axis];
  }
  *instruction = (ef_instruction){.run = run_product, .plan = ef_keep(reader, &plan, sizeof plan)};
}

static int run_product(const void *kept, ef_run *run) {
  const product_plan *plan = kept;
  ef_product product = plan->product;
  product.add = ef_adds(plan->mode, run);
  product.a.data = ef_address(run, &plan->a);
  product.b.data = ef_address(run, &plan->b);
  product.c = ef_address(run, &plan->c);
  const int again = plan->mode == 2 && run->part > 0; /* the bias is added once, not in every part */
  product.bias = plan->has_bias && !again ? ef_address(run, &plan->bias) : NULL;
  ef_multiply(run->threads, &product);
  return 0;
}
