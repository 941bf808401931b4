#pragma once

#include <leptonica/allheaders.h>

// Swift does not see macros that call macros.

/// The operation of `pixRasterop` that copies the source.
static const l_int32 rasterop_copy = PIX_SRC;
/// The operation of `pixRasterop` that adds the source's ink.
static const l_int32 rasterop_add = PIX_PAINT;
/// The operation of `pixRasterop` that takes the source's ink away.
static const l_int32 rasterop_subtract = PIX_SUBTRACT;
