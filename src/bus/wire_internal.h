/* wire_internal.h - the parts of wire.h that have files of their own. Private to bus. Thread: any. */
#pragma once

#include "bus/wire.h"
#include "bus/wire_bytes.h"

void wire_put_alive(struct buf *out, const struct bus_alive *alive);
void wire_take_alive(struct cursor *in, struct bus_alive *out);
void wire_put_handover(struct buf *out, const struct handover *handover);
void wire_take_handover(struct cursor *in, struct arena *arena, struct handover *out);
void wire_put_handback(struct buf *out, const struct handback *handback);
void wire_take_handback(struct cursor *in, struct arena *arena, struct handback *out);
