// Placeholder: tests of compress.
