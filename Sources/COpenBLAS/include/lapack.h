#pragma once
// The routines of BLAS and LAPACK that Press calls: Accelerate's on Apple systems, elsewhere those of
// OpenBLAS, which is loaded when the first is needed: it starts threads and takes 20 ms, which no
// command that does without it should wait for. Integers are 32 bits wide, matrices column-major.

/// Loads the library, once, and keeps it to one thread; 0 where there is none. To be called before
/// any other.
int lapack_load(void);

/// C = alpha * A' * A + beta * C, or with A * A', of which one triangle is written.
void lapack_dsyrk(char uplo, char trans, int n, int k, double alpha, const double *a, int lda,
                  double beta, double *c, int ldc);

/// C = alpha * A * B + beta * C, with A and B transposed if asked to.
void lapack_dgemm(char transa, char transb, int m, int n, int k, double alpha, const double *a,
                  int lda, const double *b, int ldb, double beta, double *c, int ldc);

/// Solves A * X = B for a symmetric positive definite A; B becomes X. Returns INFO.
int lapack_dposv(char uplo, int n, int nrhs, double *a, int lda, double *b, int ldb);

/// A = U * diag(S) * VT by divide and conquer; A is destroyed. Returns INFO.
int lapack_sgesdd(char jobz, int m, int n, float *a, int lda, float *s, float *u, int ldu, float *vt,
                  int ldvt, float *work, int lwork, int *iwork);

/// The same in double precision.
int lapack_dgesdd(char jobz, int m, int n, double *a, int lda, double *s, double *u, int ldu,
                  double *vt, int ldvt, double *work, int lwork, int *iwork);
