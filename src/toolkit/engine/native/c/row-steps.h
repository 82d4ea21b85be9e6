/* The steps of a PASS that take whole rows. `to` may be where `a` is. */
#ifndef EF_ROW_STEPS_H
#define EF_ROW_STEPS_H

#include "pass.h"

/* A number a row. */
ef_kernel ef_sum_row, ef_max_row, ef_sum_row_int, ef_inverse_deviation, ef_sum_row_of_product;

/* A row each. */
ef_kernel ef_softmax, ef_log_softmax, ef_standardise;

#endif
