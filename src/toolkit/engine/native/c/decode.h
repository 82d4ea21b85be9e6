/* Reading the words of a program: each checked, the first mistake kept as a message. */
#ifndef EF_DECODE_H
#define EF_DECODE_H

#include <stdint.h>

enum { EF_RANK = 12, EF_ERROR_SIZE = 256 };

/* Where a value lies (program.h, PLACES). */
typedef struct {
  int kind; /* 0 the arena, 1 the constants, 2 an external array */
  int own;  /* in the arena, of which each thread that runs parts has its own */
  int64_t offset, per_part;
} ef_place;

typedef struct {
  const double *words;
  int64_t at, end;      /* the instruction's words that are left */
  const ef_place *places;
  int64_t values, arena_elements, constant_elements;
  int parts;
  int64_t instruction;  /* its number, for messages */
  char *error;          /* EF_ERROR_SIZE bytes */
  int failed;
} ef_reader;

/* An array as one instruction sees it: element (i...) at address(value) + offset + sum of i * stride. */
typedef struct {
  int64_t value, offset, stride[EF_RANK];
} ef_operand;

typedef struct {
  int rank;
  int64_t length[EF_RANK];
} ef_space;

/* Notes what is wrong, unless something was before. */
void ef_fail(ef_reader *reader, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The next word; `what` names it in the message. 0 once reading has failed. */
double ef_read_number(ef_reader *reader, const char *what);
int64_t ef_read_whole(ef_reader *reader, const char *what, int64_t least, int64_t most);

/* rank length[rank] */
ef_space ef_read_space(ef_reader *reader, int least_rank);

/* value offset */
ef_operand ef_read_array(ef_reader *reader);

/* value offset stride[rank], within its place where the place's size is known */
ef_operand ef_read_operand(ef_reader *reader, const ef_space *space);

/* Fails unless elements [offset, offset + extent) of the value lie within its place; external arrays have no known size. */
void ef_check_extent(ef_reader *reader, const ef_operand *operand, double extent);

/* Elements from the first to behind the last that the operand names in the space; 0 for an empty one. */
double ef_extent(const ef_space *space, const ef_operand *operand);

int64_t ef_size_of(const ef_space *space);

/* Drops axes of length 1 and joins neighbours that all operands pass through evenly, among the first `axes` axes; the others
   stay behind them. */
void ef_merge_axes(ef_space *space, int axes, ef_operand *const *operands, int count);

#endif
