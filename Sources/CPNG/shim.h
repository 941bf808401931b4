#pragma once

// libpng reports errors by longjmp, which must not cross Swift frames. So what calls it is C, and
// returns 1, or 0 for an error.

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

static void cpng_warn(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// MARK: Writing

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

/// Writes an image of `height` rows of `width` pixels, `channels` bytes each, one row after the
/// other. With a palette the bytes are indices and are packed to `depth` bits. After an error
/// `output` has a message.
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

// MARK: Reading

/// A file in memory whose rows are decoded from the top. It starts as zeros; `cpng_end` frees what
/// it holds, whatever the outcome. Neither it nor the file has to stay where it is between calls.
typedef struct {
  unsigned width;
  unsigned height;
  /// 1 for grey, of a byte a pixel. Other pixels have four bytes: red, green and blue, and the
  /// opacity if there are 4 channels, nothing if there are 3.
  int channels;
  png_structp png;
  png_infop info;
  const unsigned char *bytes;
  size_t count;
  size_t place;
} cpng_input;

static void cpng_take(png_structp png, png_bytep data, size_t length) {
  cpng_input *input = (cpng_input *)png_get_io_ptr(png);
  if (length > input->count - input->place) {
    png_error(png, "it ends early");
  }
  memcpy(data, input->bytes + input->place, length);
  input->place += length;
}

static void cpng_stop(png_structp png, png_const_charp message) {
  (void)message;
  png_longjmp(png, 1);
}

static void cpng_set_source(cpng_input *input, const unsigned char *bytes, size_t count) {
  input->bytes = bytes;
  input->count = count;
  png_set_read_fn(input->png, input, cpng_take);
}

/// Reads what stands before the pixels. It is an error if the picture is interlaced, has a palette
/// or a transparent colour, or has fewer than 8 bits a channel.
static inline int cpng_start(cpng_input *input, const unsigned char *bytes, size_t count) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, cpng_stop, cpng_warn);
  if (png == NULL) {
    return 0;
  }
  input->png = png;
  if (setjmp(png_jmpbuf(png))) {
    return 0;
  }
  png_infop info = png_create_info_struct(png);
  if (info == NULL) {
    png_error(png, "out of memory");
  }
  input->info = info;
  cpng_set_source(input, bytes, count);
  png_read_info(png, info);
  if (png_get_interlace_type(png, info) != PNG_INTERLACE_NONE ||
      png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE ||
      png_get_valid(png, info, PNG_INFO_tRNS) || png_get_bit_depth(png, info) < 8) {
    png_error(png, "another kind of PNG");
  }
  input->width = png_get_image_width(png, info);
  input->height = png_get_image_height(png, info);
  input->channels = png_get_channels(png, info);
  png_set_strip_16(png);
  if (input->channels == 2) {
    png_set_gray_to_rgb(png);
    input->channels = 4;
  } else if (input->channels == 3) {
    png_set_filler(png, 0, PNG_FILLER_AFTER);
  }
  png_read_update_info(png, info);
  return 1;
}

/// Decodes the next `row_count` rows, each `stride` bytes after the one before; the last of the
/// picture with the end of the file, where there may be errors too.
static inline int cpng_read(cpng_input *input, const unsigned char *bytes, size_t count,
                            void *rows, size_t stride, unsigned row_count) {
  if (setjmp(png_jmpbuf(input->png))) {
    return 0;
  }
  cpng_set_source(input, bytes, count);
  for (unsigned row = 0; row < row_count; row++) {
    png_read_row(input->png, (unsigned char *)rows + row * stride, NULL);
  }
  if (png_get_current_row_number(input->png) == input->height) {
    png_read_end(input->png, input->info);
  }
  return 1;
}

static inline void cpng_end(cpng_input *input) {
  png_destroy_read_struct(&input->png, &input->info, NULL);
}
