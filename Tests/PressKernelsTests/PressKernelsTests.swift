// Placeholder: tests of PressKernels.
