/* ATTEND: one query of each head over keys and values that lie in parts: scores, mask, softmax and the sum of values in one go.
   What no query of a block may see is not read. */
#include "instruction.h"
#include "lanes.h"
#include "products.h"
#include "vector-math.h"

enum { ROWS, SAMPLES, HEADS, QUERIES, PLACES, ELEMENTS, AXES, MOST_PARTS = 4, BATCH = PLACES };

/* A place whose mask is no more than this has no weight beside one that is seen. */
static const float unseen = -1e29f;

typedef struct {
  int64_t length;
  ef_operand keys, values;
} part_plan;

typedef struct {
  ef_space space; /* rows, samples of a row, heads of keys, queries of a head; places of all parts; elements */
  float scale;
  int parts;
  ef_operand queries, mask, to;
  part_plan part[MOST_PARTS];
} attend_plan;

/* Up to EF_LANES places of one part. */
typedef struct {
  int part;
  int count;
  int64_t start, mask_at;
} block;

/* What one query reads of a part, and where it writes. */
typedef struct {
  const float *query, *mask, *keys[MOST_PARTS], *values[MOST_PARTS];
  float *to;
} places;

typedef struct {
  const attend_plan *plan;
  places first;
  char *const *scratch;
  int shares;
} attend_run;

static int run_attend(const void *plan, ef_run *run);

/* of all parts */
static int64_t blocks_of(const attend_plan *plan) {
  int64_t count = 0;
  for (int part = 0; part < plan->parts; part++) count += (plan->part[part].length + EF_LANES - 1) / EF_LANES;
  return count;
}

static ef_operand read_over(ef_reader *reader, const ef_space *space, int64_t places, int64_t elements) {
  ef_space over = *space;
  over.length[PLACES] = places;
  over.length[ELEMENTS] = elements;
  ef_operand operand = ef_read_operand(reader, &over);
  if (!reader->failed && elements > 1 && operand.stride[ELEMENTS] != 1) ef_fail(reader, "elements that lie apart");
  return operand;
}

void ef_make_attend(ef_reader *reader, ef_instruction *instruction) {
  attend_plan plan = {.space = ef_read_space(reader, AXES)};
  if (!reader->failed && plan.space.rank != AXES) ef_fail(reader, "%d axes", plan.space.rank);
  const int64_t places = plan.space.length[PLACES], width = plan.space.length[ELEMENTS];
  plan.scale = (float)ef_read_number(reader, "scale");
  plan.parts = (int)ef_read_whole(reader, "parts", 1, MOST_PARTS);
  plan.queries = read_over(reader, &plan.space, 1, width);
  plan.mask = read_over(reader, &plan.space, places, 1);
  plan.to = read_over(reader, &plan.space, 1, width);
  int64_t left = places;
  for (int part = 0; part < plan.parts && !reader->failed; part++) {
    part_plan *of = &plan.part[part];
    of->length = ef_read_whole(reader, "part's length", 1, left);
    of->keys = read_over(reader, &plan.space, of->length, width);
    of->values = read_over(reader, &plan.space, of->length, width);
    left -= of->length;
  }
  if (left != 0) ef_fail(reader, "parts that are not all places");
  const int64_t scratch = blocks_of(&plan) * (int64_t)(EF_LANES * sizeof(float) + sizeof(block));
  *instruction = (ef_instruction){.run = run_attend, .plan = ef_keep(reader, &plan, sizeof plan), .scratch = scratch};
}

/* A query times one key. */
EF_INLINE float dot(const float *query, const float *key, int64_t width) {
  ef_v sum = {0};
  int64_t at = 0;
  for (; at + EF_LANES <= width; at += EF_LANES) sum += ef_load(query + at) * ef_load(key + at);
  if (at < width) sum += ef_load_part(query + at, width - at) * ef_load_part(key + at, width - at);
  return ef_sum_lanes(sum);
}

/* The blocks of which a place is seen; all where none is. @returns their count */
static int64_t find_blocks(const attend_plan *plan, const float *mask, block *blocks) {
  const int64_t step = plan->mask.stride[PLACES];
  for (int all = 0;; all = 1) {
    const float *seen = mask;
    int64_t found = 0;
    for (int part = 0; part < plan->parts; part++) {
      const int64_t length = plan->part[part].length;
      for (int64_t start = 0; start < length; start += EF_LANES) {
        const int count = length - start < EF_LANES ? (int)(length - start) : EF_LANES;
        int wanted = all;
        for (int at = 0; at < count; at++) wanted |= !(seen[at * step] <= unseen);
        if (wanted) blocks[found++] = (block){part, count, start, seen - mask};
        seen += count * step;
      }
    }
    if (found > 0 || all) return found;
  }
}

/* Asks for a block's rows: into the second level, where more of them may be on their way than into the first. */
EF_INLINE void fetch(const float *from, int64_t step, int64_t count, int64_t width) {
  for (int64_t place = 0; place < count; place++, from += step)
    for (int64_t at = 0; at < width; at += EF_LANES) __builtin_prefetch(from + at, 0, 2);
}

/* The next query reads the same blocks as a rule; memory that several share is there already. */
EF_INLINE void fetch_block(const attend_plan *plan, const block *of, const places *now, const places *next) {
  const part_plan *part = &plan->part[of->part];
  const int64_t key_step = part->keys.stride[PLACES], value_step = part->values.stride[PLACES];
  const int64_t width = plan->space.length[ELEMENTS];
  if (next->keys[of->part] == now->keys[of->part]) return;
  fetch(next->keys[of->part] + of->start * key_step, key_step, of->count, width);
  fetch(next->values[of->part] + of->start * value_step, value_step, of->count, width);
}

/* scale query keys' + mask of one block; places behind its end have no weight. */
EF_INLINE void score(const attend_plan *plan, const block *of, const places *now, float *scores) {
  const int64_t width = plan->space.length[ELEMENTS], step = plan->part[of->part].keys.stride[PLACES];
  const int64_t mask_step = plan->mask.stride[PLACES];
  const float *key = now->keys[of->part] + of->start * step, *mask = now->mask + of->mask_at;
  if (of->count == EF_LANES) {
    ef_dots(width, now->query, key, step, scores);
  } else {
    for (int at = 0; at < of->count; at++) scores[at] = dot(now->query, key + at * step, width);
  }
  if (of->count == EF_LANES && mask_step == 1) {
    ef_store(scores, plan->scale * ef_load(scores) + ef_load(mask));
    return;
  }
  for (int at = 0; at < of->count; at++) scores[at] = plan->scale * scores[at] + mask[at * mask_step];
  for (int at = of->count; at < EF_LANES; at++) scores[at] = -INFINITY;
}

/* e^(score - largest) in place of the scores. @returns their sum */
EF_INLINE float weigh(float *scores, int64_t blocks) {
  ef_v largest = ef_splat(-INFINITY), total = {0};
  for (int64_t at = 0; at < blocks; at++) largest = ef_larger(ef_load(scores + at * EF_LANES), largest);
  const float shift = ef_largest_lane(largest);
  for (int64_t at = 0; at < blocks; at++) {
    const ef_v weight = ef_exp(ef_load(scores + at * EF_LANES) - shift);
    total += weight;
    ef_store(scores + at * EF_LANES, weight);
  }
  return ef_sum_lanes(total);
}

/* columns of `vectors` registers: the weighted sum of the values of all blocks, several places under way at a time */
EF_INLINE void mix(const int vectors, const attend_plan *plan, const places *now, const block *blocks, int64_t count,
                   const float *weights, float scale, int64_t column) {
  const int ways = 4 / vectors;
  ef_v sum[4] = {0};
  for (int64_t at = 0; at < count; at++, weights += EF_LANES) {
    const block *of = &blocks[at];
    const int64_t step = plan->part[of->part].values.stride[PLACES];
    const float *value = now->values[of->part] + of->start * step + column;
    int place = 0;
    for (; place + ways <= of->count; place += ways) {
      for (int way = 0; way < ways; way++, value += step)
        for (int v = 0; v < vectors; v++) sum[way * vectors + v] += weights[place + way] * ef_load(value + v * EF_LANES);
    }
    for (; place < of->count; place++, value += step)
      for (int v = 0; v < vectors; v++) sum[v] += weights[place] * ef_load(value + v * EF_LANES);
  }
  for (int i = vectors; i < 4; i++) sum[i % vectors] += sum[i];
  for (int v = 0; v < vectors; v++) ef_store(now->to + column + v * EF_LANES, sum[v] * scale);
}

/* the columns behind the last full register */
static void mix_rest(const attend_plan *plan, const places *now, const block *blocks, int64_t count, const float *weights,
                     float scale, int64_t column, int64_t width) {
  ef_v sum = {0};
  for (int64_t at = 0; at < count; at++, weights += EF_LANES) {
    const block *of = &blocks[at];
    const int64_t step = plan->part[of->part].values.stride[PLACES];
    const float *value = now->values[of->part] + of->start * step + column;
    for (int place = 0; place < of->count; place++, value += step) sum += weights[place] * ef_load_part(value, width);
  }
  ef_store_part(now->to + column, sum * scale, width);
}

static void attend(const attend_plan *plan, const places *now, const places *next, block *blocks, float *scores) {
  const int64_t width = plan->space.length[ELEMENTS];
  const int64_t count = find_blocks(plan, now->mask, blocks);
  for (int64_t at = 0; at < count; at++) {
    fetch_block(plan, &blocks[at], now, next);
    score(plan, &blocks[at], now, scores + at * EF_LANES);
  }
  const float scale = 1.0f / weigh(scores, count);
  int64_t column = 0;
  for (; column + 2 * EF_LANES <= width; column += 2 * EF_LANES) mix(2, plan, now, blocks, count, scores, scale, column);
  if (column + EF_LANES <= width) {
    mix(1, plan, now, blocks, count, scores, scale, column);
    column += EF_LANES;
  }
  if (column < width) mix_rest(plan, now, blocks, count, scores, scale, column, width - column);
}

static int64_t step_to(const ef_operand *operand, const int64_t *index) {
  int64_t at = 0;
  for (int axis = 0; axis < BATCH; axis++) at += index[axis] * operand->stride[axis];
  return at;
}

/* Of the query at a place of the order in which they are gone through: all that read one head of a row come together. */
static places places_of(const attend_run *run, int64_t at) {
  const attend_plan *plan = run->plan;
  const int64_t *length = plan->space.length;
  int64_t index[BATCH];
  index[QUERIES] = at % length[QUERIES];
  at /= length[QUERIES];
  index[SAMPLES] = at % length[SAMPLES];
  at /= length[SAMPLES];
  index[HEADS] = at % length[HEADS];
  index[ROWS] = at / length[HEADS];
  places of = run->first;
  of.query += step_to(&plan->queries, index);
  of.mask += step_to(&plan->mask, index);
  of.to += step_to(&plan->to, index);
  for (int part = 0; part < plan->parts; part++) {
    of.keys[part] += step_to(&plan->part[part].keys, index);
    of.values[part] += step_to(&plan->part[part].values, index);
  }
  return of;
}

static void run_share(void *context, int share) {
  const attend_run *run = context;
  const int64_t *length = run->plan->space.length;
  const int64_t of_a_head = length[SAMPLES] * length[QUERIES];
  const int64_t all = length[ROWS] * length[HEADS] * of_a_head;
  const int64_t end = ef_share(all, run->shares, share + 1, of_a_head);
  float *scores = (float *)run->scratch[share];
  block *blocks = (block *)(scores + blocks_of(run->plan) * EF_LANES);
  int64_t at = ef_share(all, run->shares, share, of_a_head);
  for (places now, next = places_of(run, at); at < end; at++) {
    now = next;
    if (at + 1 < end) next = places_of(run, at + 1);
    attend(run->plan, &now, &next, blocks, scores);
  }
}

static int run_attend(const void *kept, ef_run *run) {
  const attend_plan *plan = kept;
  attend_run each = {.plan = plan, .scratch = run->scratch};
  each.first.query = ef_address(run, &plan->queries);
  each.first.mask = ef_address(run, &plan->mask);
  each.first.to = ef_address(run, &plan->to);
  for (int part = 0; part < plan->parts; part++) {
    each.first.keys[part] = ef_address(run, &plan->part[part].keys);
    each.first.values[part] = ef_address(run, &plan->part[part].values);
  }
  const int64_t heads = plan->space.length[ROWS] * plan->space.length[HEADS];
  each.shares = ef_worth(run, ef_size_of(&plan->space));
  if (each.shares > heads) each.shares = heads > 0 ? (int)heads : 1;
  ef_threads_run(run->threads, each.shares, run_share, &each);
  return 0;
}
