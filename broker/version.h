// The program's version, as --version and GetInfo say it.
#ifndef CAIRN_BROKER_VERSION_H_
#define CAIRN_BROKER_VERSION_H_

#include "absl/strings/string_view.h"

namespace cairn::broker {

inline constexpr absl::string_view kProgramVersion = "0.1.0";

}  // namespace cairn::broker

#endif  // CAIRN_BROKER_VERSION_H_
