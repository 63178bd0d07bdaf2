// Placeholder: tests of PressGraph.
