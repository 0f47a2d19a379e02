#include "broker/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace cairn::broker {
namespace {

// Entries are mostly digests, keys and signatures, which do not shrink: higher levels cost several
// times the work for a hundredth of the size.
constexpr int kLevel = 1;
constexpr int kWindowBits = 15 + 16;  // 16: with gzip's header and trailer.
constexpr int kMemoryLevel = 8;

// "0", "0.", "0.0", "0.00" and "0.000" (RFC 9110, 12.4.2).
bool IsZeroWeight(absl::string_view weight) {
  return absl::ConsumePrefix(&weight, "0") &&
         (weight.empty() ||
          (absl::ConsumePrefix(&weight, ".") &&
           std::all_of(weight.begin(), weight.end(), [](char digit) { return digit == '0'; })));
}

}  // namespace

bool AcceptsGzip(absl::string_view value) {
  std::optional<bool> gzip;
  bool any = false;
  for (const absl::string_view element : absl::StrSplit(value, ',')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(element, absl::MaxSplits(';', 1));
    const absl::string_view coding = absl::StripAsciiWhitespace(parts.first);
    absl::string_view weight = absl::StripAsciiWhitespace(parts.second);
    const bool weighted = absl::ConsumePrefix(&weight, "q=") || absl::ConsumePrefix(&weight, "Q=");
    const bool taken = !weighted || !IsZeroWeight(weight);
    if (absl::EqualsIgnoreCase(coding, "gzip") || absl::EqualsIgnoreCase(coding, "x-gzip")) {
      gzip = taken;
    }
    if (coding == "*") any = taken;
  }
  return gzip.value_or(any);
}

std::optional<std::string> Gzip(absl::string_view bytes) {
  if (bytes.size() < 2 || bytes.size() > std::numeric_limits<uInt>::max()) return std::nullopt;
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string out(bytes.size() - 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool fits = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(fits ? stream.total_out : 0);
  deflateEnd(&stream);
  if (!fits) return std::nullopt;
  return out;
}

}  // namespace cairn::broker
