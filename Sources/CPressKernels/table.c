#include "CPressKernels.h"
