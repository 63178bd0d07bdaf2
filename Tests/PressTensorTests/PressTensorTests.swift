// Placeholder: tests of PressTensor.
