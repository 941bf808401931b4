#pragma once

// libpng reports errors by longjmp, which must not cross Swift frames. So the writer is C: it
// either fills `output` and returns 1, or leaves a message in it and returns 0.

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/// A growing buffer that the caller frees with `free(bytes)`, whatever the outcome.
typedef struct {
  unsigned char *bytes;
  size_t count;
  size_t capacity;
  char message[96];
} cpng_output;

static void cpng_append(png_structp png, png_bytep data, size_t length) {
  cpng_output *output = (cpng_output *)png_get_io_ptr(png);
  if (length > output->capacity - output->count) {
    size_t capacity = output->capacity * 2 + length + 65536;
    unsigned char *bytes = (unsigned char *)realloc(output->bytes, capacity);
    if (bytes == NULL) {
      png_error(png, "out of memory");
    }
    output->bytes = bytes;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, data, length);
  output->count += length;
}

static void cpng_flush(png_structp png) { (void)png; }

static void cpng_fail(png_structp png, png_const_charp message) {
  cpng_output *output = (cpng_output *)png_get_error_ptr(png);
  strncpy(output->message, message, sizeof output->message - 1);
  png_longjmp(png, 1);
}

static void cpng_warn(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

/// Writes an image of `height` rows of `width` pixels, `channels` bytes each, one row after the
/// other. With a palette the bytes are indices and are packed to `depth` bits.
static inline int cpng_write(cpng_output *output, const unsigned char *pixels, unsigned width,
                             unsigned height, int channels, int color_type, int depth,
                             const png_color *palette, int colors, int level, int filters) {
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, output, cpng_fail, cpng_warn);
  if (png == NULL) {
    strncpy(output->message, "libpng could not start", sizeof output->message - 1);
    return 0;
  }
  png_infop info = NULL;
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  info = png_create_info_struct(png);
  if (info == NULL) {
    png_error(png, "out of memory");
  }
  png_set_write_fn(png, output, cpng_append, cpng_flush);
  png_set_IHDR(png, info, width, height, depth, color_type, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (palette != NULL) {
    png_set_PLTE(png, info, palette, colors);
  }
  png_set_filter(png, PNG_FILTER_TYPE_BASE, filters);
  png_set_compression_level(png, level);
  png_set_compression_buffer_size(png, 65536);
  png_write_info(png, info);
  if (depth < 8) {
    png_set_packing(png);
  }
  for (unsigned row = 0; row < height; row++) {
    png_write_row(png, pixels + (size_t)row * width * (size_t)channels);
  }
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return 1;
}
