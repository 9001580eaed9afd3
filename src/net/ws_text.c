#include "net/ws_text.h"

#include "net/ws_deflate.h"
#include "net/ws_frame.h"

void ws_text_init(struct ws_text *frames, struct str text, struct ws_deflater *deflater)
{
    frames->plain = ws_frame_new(WS_TEXT, text);
    frames->deflated = deflater ? ws_deflate(deflater, text) : NULL;
}

void ws_text_deinit(struct ws_text *frames)
{
    bytes_unref(frames->plain);
    bytes_unref(frames->deflated);
}
