// Annexes on this party's side: bytes too long or too private for a leaf, kept in annexes/ as two
// files named by the digest that stands in the leaf: DIGEST and DIGEST.salt. Whoever is given both
// can check that they are what was signed.
//
// What all parties of a charter may read can be put with the content: the file
//
//   "cairn/annex/v1" || 32-byte salt || bytes
//
// has by construction the annex's digest as its SHA-256, so that the digest in the leaf finds it.
#ifndef CAIRN_CLIENT_ANNEX_H_
#define CAIRN_CLIENT_ANNEX_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cairn/v1/common.pb.h"
#include "client/context.h"
#include "client/home.h"
#include "keys/bytes.h"

namespace cairn::client {

inline constexpr std::size_t kMaxAnnexInMemory = std::size_t{64} * 1024 * 1024;

// With a fresh random salt. kInvalidArgument: no bytes. Errors of the disk.
absl::StatusOr<v1::AnnexRef> StoreAnnex(const Home& home, keys::ByteView bytes);
// With a salt that others can compute too, as a report's.
absl::StatusOr<v1::AnnexRef> StoreSaltedAnnex(const Home& home, keys::ByteView salt,
                                              keys::ByteView bytes);
// A file of at most kMaxAnnexInMemory bytes.
absl::StatusOr<v1::AnnexRef> StoreAnnexFile(const Home& home, const std::string& path);

// Remembers what a sealed annex says, so that the same content sealed once more is known again: a
// digest under a key of this home's own, in DIGEST.same beside the annex. Errors of the disk.
absl::Status RememberContent(const Home& home, const v1::AnnexRef& annex, keys::ByteView plaintext);
// By what two annexes that are kept here say the same: what was remembered of a sealed one, else a
// digest of the bytes. Nothing if the annex is not here.
std::optional<keys::Bytes> ContentOf(const Home& home, const v1::AnnexRef& annex);

// Puts an annex that is kept here with the content of a handover. Errors as Transfer::Upload.
absl::Status ShareAnnex(Context& context, const keys::Bytes& handover, const v1::AnnexRef& annex);
// The bytes of an annex: from annexes/, else from the content, and then kept. At most
// kMaxAnnexInMemory. kNotFound: neither has it. kDataLoss: the bytes are not those signed for.
absl::StatusOr<keys::Bytes> FetchAnnex(Context& context, const v1::AnnexRef& annex);

// The file that can be put with the content, and be verified by itself. Errors as FetchAnnex.
absl::StatusOr<keys::Bytes> CarriedAnnex(Context& context, const v1::AnnexRef& annex);

// Where an annex of this digest is kept.
std::string AnnexPath(const Home& home, const v1::AnnexRef& annex);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_ANNEX_H_
