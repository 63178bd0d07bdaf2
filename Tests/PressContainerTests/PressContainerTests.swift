// Placeholder: tests of PressContainer.
