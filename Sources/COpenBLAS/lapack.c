#include "lapack.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

// Fortran's calling convention: everything by address, and behind all else the length of each
// character argument.
typedef void dsyrk(const char *, const char *, const int *, const int *, const double *,
                   const double *, const int *, const double *, double *, const int *, size_t,
                   size_t);
typedef void dgemm(const char *, const char *, const int *, const int *, const int *,
                   const double *, const double *, const int *, const double *, const int *,
                   const double *, double *, const int *, size_t, size_t);
typedef void dposv(const char *, const int *, const int *, double *, const int *, double *,
                   const int *, int *, size_t);
typedef void sgesdd(const char *, const int *, const int *, float *, const int *, float *, float *,
                    const int *, float *, const int *, float *, const int *, int *, int *, size_t);
typedef void dgesdd(const char *, const int *, const int *, double *, const int *, double *,
                    double *, const int *, double *, const int *, double *, const int *, int *,
                    int *, size_t);

static struct {
  dsyrk *dsyrk;
  dgemm *dgemm;
  dposv *dposv;
  sgesdd *sgesdd;
  dgesdd *dgesdd;
  int is_whole;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
#ifdef __APPLE__
  const char *names[] = {"/System/Library/Frameworks/Accelerate.framework/Accelerate"};
#else
  const char *names[] = {"libopenblas.so.0", "libopenblas.so"};
#endif
  void *handle = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && !handle; i++) {
    handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  }
  if (!handle) return;
  library.dsyrk = (dsyrk *)dlsym(handle, "dsyrk_");
  library.dgemm = (dgemm *)dlsym(handle, "dgemm_");
  library.dposv = (dposv *)dlsym(handle, "dposv_");
  library.sgesdd = (sgesdd *)dlsym(handle, "sgesdd_");
  library.dgesdd = (dgesdd *)dlsym(handle, "dgesdd_");
  library.is_whole = library.dsyrk && library.dgemm && library.dposv && library.sgesdd
    && library.dgesdd;
  // The last bits of OpenBLAS's results depend on the number of its threads.
  void (*set_threads)(int) = (void (*)(int))dlsym(handle, "openblas_set_num_threads");
  if (set_threads) set_threads(1);
}

int lapack_load(void) {
  pthread_once(&once, load);
  return library.is_whole;
}

void lapack_dsyrk(char uplo, char trans, int n, int k, double alpha, const double *a, int lda,
                  double beta, double *c, int ldc) {
  library.dsyrk(&uplo, &trans, &n, &k, &alpha, a, &lda, &beta, c, &ldc, 1, 1);
}

void lapack_dgemm(char transa, char transb, int m, int n, int k, double alpha, const double *a,
                  int lda, const double *b, int ldb, double beta, double *c, int ldc) {
  library.dgemm(&transa, &transb, &m, &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);
}

int lapack_dposv(char uplo, int n, int nrhs, double *a, int lda, double *b, int ldb) {
  int info = 0;
  library.dposv(&uplo, &n, &nrhs, a, &lda, b, &ldb, &info, 1);
  return info;
}

int lapack_sgesdd(char jobz, int m, int n, float *a, int lda, float *s, float *u, int ldu, float *vt,
                  int ldvt, float *work, int lwork, int *iwork) {
  int info = 0;
  library.sgesdd(&jobz, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);
  return info;
}

int lapack_dgesdd(char jobz, int m, int n, double *a, int lda, double *s, double *u, int ldu,
                  double *vt, int ldvt, double *work, int lwork, int *iwork) {
  int info = 0;
  library.dgesdd(&jobz, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);
  return info;
}
