// Compressed answers (RFC 9110, "Accept-Encoding"; RFC 1952): entry bundles are sent so to who asks
// for it (C2SP tlog-tiles, "Log entries"). Pure.
#ifndef CAIRN_BROKER_GZIP_H_
#define CAIRN_BROKER_GZIP_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace cairn::broker {

// Whether a header "Accept-Encoding: <value>" takes gzip: named with a weight above zero, or not
// named and "*" is.
bool AcceptsGzip(absl::string_view value);

// The bytes as one gzip member; the same bytes each time, without name and time. Nothing if that is
// not smaller.
std::optional<std::string> Gzip(absl::string_view bytes);

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_GZIP_H_
