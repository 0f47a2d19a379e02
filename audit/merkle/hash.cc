#include "audit/merkle/hash.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "audit/merkle/frontier.h"
#include "keys/digest.h"

namespace cairn::merkle {
namespace {

constexpr std::uint8_t kLeafPrefix = 0x00;
constexpr std::uint8_t kNodePrefix = 0x01;

}  // namespace

LeafHash HashLeaf(keys::ByteView entry) {
  return {keys::Sha256({keys::ByteView(&kLeafPrefix, 1), entry})};
}

NodeHash HashChildren(const NodeHash& left, const NodeHash& right) {
  std::array<std::uint8_t, 1 + 2 * keys::kDigestSize> message;
  message[0] = kNodePrefix;
  auto after_left = std::copy(left.digest.bytes.begin(), left.digest.bytes.end(), &message[1]);
  std::copy(right.digest.bytes.begin(), right.digest.bytes.end(), after_left);
  return {keys::Sha256(message)};
}

NodeHash EmptyRoot() { return {keys::Sha256(keys::ByteView())}; }

NodeHash RootOfLeaves(std::span<const LeafHash> leaves) {
  Frontier frontier;
  for (const LeafHash& leaf : leaves) frontier.Append(leaf);
  return frontier.Root();
}

}  // namespace cairn::merkle
