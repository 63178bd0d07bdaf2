// Placeholder: tests of PressEngine.
