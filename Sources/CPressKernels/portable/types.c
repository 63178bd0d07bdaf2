#include "../include/press_types.h"

#define PRESS_WIDTH_ENTRY(unused, name, type, wrapping) [press_##name] = sizeof(type),

size_t press_type_width(press_type type) {
  static const size_t widths[press_type_count] = {
    PRESS_FOR_FLOATS(PRESS_WIDTH_ENTRY, ) PRESS_FOR_INTEGERS(PRESS_WIDTH_ENTRY, )
    PRESS_FOR_BOOL(PRESS_WIDTH_ENTRY, ) PRESS_FOR_HALVES(PRESS_WIDTH_ENTRY, )};
  return widths[type];
}
