/* Transposing in tiles that fit the registers. */
#ifndef EF_TILES_H
#define EF_TILES_H

#include <stdint.h>

/* to[row * to_row + column] = from[row + column * from_column], rows x columns */
void ef_transpose(float *to, int64_t to_row, const float *from, int64_t from_column, int64_t rows, int64_t columns);

#endif
