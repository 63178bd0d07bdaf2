// Placeholder: this module gets its content next.
