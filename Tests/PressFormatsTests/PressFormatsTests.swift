// Placeholder: tests of PressFormats.
