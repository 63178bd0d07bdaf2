// Placeholder: tests of PressPasses.
