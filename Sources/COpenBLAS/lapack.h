#pragma once
// The routines of BLAS and LAPACK that Press calls. OpenBLAS has them all, but Debian's package has no
// lapack.h; Accelerate exports the same symbols. Integers are 32 bits wide, matrices column-major.
// Behind everything else a Fortran routine takes the length of each of its character arguments.

#include <stddef.h>

#ifndef __APPLE__
/// The number of threads that each later call may use.
void openblas_set_num_threads(int count);
#endif

/// C = alpha * A' * A + beta * C, or with A * A', of which one triangle is written.
void dsyrk_(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *beta, double *c, const int *ldc,
            size_t uplo_length, size_t trans_length);

/// C = alpha * A * B + beta * C, with A and B transposed if asked to.
void dgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
            const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
            const double *beta, double *c, const int *ldc, size_t transa_length,
            size_t transb_length);

/// Solves A * X = B for a symmetric positive definite A; B becomes X.
void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda, double *b,
            const int *ldb, int *info, size_t uplo_length);

/// A = U * diag(S) * VT by divide and conquer; A is destroyed.
void sgesdd_(const char *jobz, const int *m, const int *n, float *a, const int *lda, float *s,
             float *u, const int *ldu, float *vt, const int *ldvt, float *work, const int *lwork,
             int *iwork, int *info, size_t jobz_length);

/// The same in double precision.
void dgesdd_(const char *jobz, const int *m, const int *n, double *a, const int *lda, double *s,
             double *u, const int *ldu, double *vt, const int *ldvt, double *work,
             const int *lwork, int *iwork, int *info, size_t jobz_length);
