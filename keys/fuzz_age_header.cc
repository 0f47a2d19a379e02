// The header of an age file, read and unwrapped: no input may do more than be refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "keys/age.h"
#include "keys/age_header.h"

namespace {

const cairn::keys::SealingPrivateKey& FuzzIdentity() {
  static const cairn::keys::SealingPrivateKey key =
      *cairn::keys::SealingPrivateKey::FromSecret(cairn::keys::SecretBytes(32));
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cairn::keys::ByteView bytes(data, size);
  cairn::keys::ByteReader reader(cairn::keys::SourceOf(bytes));
  absl::StatusOr<cairn::keys::AgeHeader> header = cairn::keys::ReadAgeHeader(reader);
  // What is taken for a header is the beginning of the input, byte for byte.
  if (header.ok() && header->text != cairn::keys::AsText(bytes.first(header->text.size()))) abort();
  std::span<const cairn::keys::SealingPrivateKey> identities(&FuzzIdentity(), 1);
  absl::Status opened = cairn::keys::Open(cairn::keys::SourceOf(bytes), identities,
                                          [](cairn::keys::ByteView) { return absl::OkStatus(); });
  if (opened.ok() && !header.ok()) abort();
  return 0;
}
