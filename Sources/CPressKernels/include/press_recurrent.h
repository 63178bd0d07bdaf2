#pragma once

#include "press_elementwise.h"

// The cells of recurrent layers: what follows the products of one step.

/// A function inside a cell: one with a kernel, alpha * x + beta, or alpha * tanh(beta * x).
typedef enum press_cell_kind : uint32_t {
  press_cell_unary,
  press_cell_affine,
  press_cell_scaled_tanh,
} press_cell_kind;
typedef struct press_cell_function {
  press_cell_kind kind;
  press_unary unary;
  float alpha, beta;
} press_cell_function;

/// One step of a layer in one direction, for `batch` examples of `hidden` elements.
///
/// Example b takes part while step < lengths[b], at time step or, in reverse, lengths[b] - 1 - step;
/// then its state changes and y gets a row. Behind its length y gets zeros at time step.
typedef struct press_recurrent_step {
  size_t batch, hidden, step;
  bool reverse;
  const int32_t *lengths;
  /// The bound of what goes into functions; INFINITY for none.
  float clip;
  press_cell_function functions[3];
  /// Products of x, by time and example; and of the state, by example: one gate behind the other.
  /// The latter are written over.
  const float *x;
  size_t x_time, x_batch;
  float *gates;
  /// The states (batch, hidden), and where they go; y may be null.
  float *h, *c, *y;
  size_t y_time, y_batch;
  /// LSTM: weights of the cell for the gates i, o and f; null for none. Whether f is 1 - i.
  const float *peepholes;
  bool input_forget;
  /// GRU: the product of the reset state, by example; and that state, (batch, hidden), to be made.
  float *candidates, *reset;
} press_recurrent_step;

/// h = f(x + gates).
void press_step_simple(const press_team *team, const press_recurrent_step *step);
/// Gates i, o, f, c: c = f(f) * c + f(i) * g(c), h = f(o) * h(c).
void press_step_lstm(const press_team *team, const press_recurrent_step *step);
/// Gates z, r, h, all products of the state: h = (1 - f(z)) * g(x + f(r) * gate) + f(z) * h.
void press_step_gru(const press_team *team, const press_recurrent_step *step);
/// Gates z and r: z stays behind in its gate, reset = f(r) * h.
void press_step_gru_reset(const press_team *team, const press_recurrent_step *step);
/// h = (1 - z) * g(x + candidates) + z * h.
void press_step_gru_update(const press_team *team, const press_recurrent_step *step);
