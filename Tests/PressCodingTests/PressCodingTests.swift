// Placeholder: tests of PressCoding.
