// Placeholder: tests of PressFile.
