// The tree slowly, word for word from its definition (RFC 6962, section 2.1; RFC 9162, sections
// 2.1.3.1 and 2.1.4.1), to hold the fast code against. For tests only; shares nothing with it but
// SHA-256.
#ifndef CAIRN_AUDIT_MERKLE_REFERENCE_H_
#define CAIRN_AUDIT_MERKLE_REFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "audit/merkle/types.h"
#include "keys/digest.h"

namespace cairn::merkle::reference {

using Entries = std::vector<std::string>;
using Part = std::span<const std::string>;
using Path = std::vector<NodeHash>;

inline std::size_t Split(std::size_t n) {
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

inline NodeHash Root(Part d) {
  if (d.empty()) return {keys::Sha256(keys::AsBytes(""))};
  if (d.size() == 1) return {keys::Sha256(keys::AsBytes(std::string(1, '\0') + d[0]))};
  const std::size_t k = Split(d.size());
  const std::string left = Root(d.first(k)).digest.ToBytes();
  const std::string right = Root(d.subspan(k)).digest.ToBytes();
  return {keys::Sha256(keys::AsBytes(std::string(1, '\1') + left + right))};
}

inline Path With(Path path, const NodeHash& last) {
  path.push_back(last);
  return path;
}

inline Path Inclusion(std::size_t m, Part d) {
  if (d.size() == 1) return {};
  const std::size_t k = Split(d.size());
  if (m < k) return With(Inclusion(m, d.first(k)), Root(d.subspan(k)));
  return With(Inclusion(m - k, d.subspan(k)), Root(d.first(k)));
}

inline Path SubProof(std::size_t m, Part d, bool complete) {
  if (m == d.size()) return complete ? Path{} : Path{Root(d)};
  const std::size_t k = Split(d.size());
  if (m <= k) return With(SubProof(m, d.first(k), complete), Root(d.subspan(k)));
  return With(SubProof(m - k, d.subspan(k), false), Root(d.first(k)));
}
inline Path Consistency(std::size_t m, Part d) { return SubProof(m, d, true); }

inline Entries Leaves(std::size_t count) {
  Entries entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(std::string(1, static_cast<char>(i)));
  return entries;
}

}  // namespace cairn::merkle::reference

#endif  // CAIRN_AUDIT_MERKLE_REFERENCE_H_
