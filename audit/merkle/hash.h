// The two hashes that make a tree (RFC 6962, section 2.1). The prefix byte keeps them apart: no
// entry can pass for a pair of nodes. Pure.
#ifndef CAIRN_AUDIT_MERKLE_HASH_H_
#define CAIRN_AUDIT_MERKLE_HASH_H_

#include <span>

#include "audit/merkle/types.h"
#include "keys/bytes.h"

namespace cairn::merkle {

// SHA-256(0x00 || entry). An empty entry is legal.
LeafHash HashLeaf(keys::ByteView entry);

// SHA-256(0x01 || left || right).
NodeHash HashChildren(const NodeHash& left, const NodeHash& right);

// The root of the tree of no leaves: SHA-256 of nothing.
NodeHash EmptyRoot();

// The root over `leaves` in their order, in one pass and constant memory beside them.
NodeHash RootOfLeaves(std::span<const LeafHash> leaves);

}  // namespace cairn::merkle

#endif  // CAIRN_AUDIT_MERKLE_HASH_H_
