// What must hold whatever comes in: a broken one is a bug of ours and ends the process. Internal.
#ifndef CAIRN_AUDIT_MERKLE_REQUIRE_H_
#define CAIRN_AUDIT_MERKLE_REQUIRE_H_

#include <cstdio>
#include <cstdlib>

namespace cairn::merkle {

// Also in release builds: a tree that went on after this would sign a wrong root.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "cairn::merkle: broken requirement: %s\n", what);
  std::abort();
}

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_REQUIRE_H_
