#pragma once

// A check of every kernel against its definition, in C alone, so that it runs where no Swift does:
// `make check-arm` runs it under an emulator.

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CPressKernels.h"

/// Fails the run with a message, of which the first few are printed.
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Marks a kernel of the table as checked.
void checked(press_kernel kernel);
/// Reproducible numbers: below `limit`; from -1 to 1; an array of those, to be freed.
size_t random_below(size_t limit);
float random_float(void);
float *random_floats(size_t count);
/// Expects a float near what it should be, or both not to be numbers.
void expect_near(const char *name, double found, double exact, double bound);

void check_elementwise(const press_team *team);
void check_conversions(const press_team *team);
void check_rows(const press_team *team);
void check_copies(const press_team *team);
void check_windows(const press_team *team);
void check_products(const press_team *team);
void check_dense(const press_team *team);
void check_integers(const press_team *team);
void check_coded(const press_team *team);
void check_codes(const press_team *team);
void check_select(void);
