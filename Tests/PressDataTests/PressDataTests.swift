// Placeholder: tests of PressData.
