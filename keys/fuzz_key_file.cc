// Key files: the header parser, and the whole with a passphrase where it costs little.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "keys/key_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cairn::keys::ByteView bytes(data, size);
  absl::StatusOr<cairn::keys::KeyFileHeader> header = cairn::keys::ParseKeyFileHeader(bytes);
  if (!header.ok()) return 0;
  const cairn::keys::PassphraseCost& cost = header->cost;
  if (cost.passes > cairn::keys::kMaxPasses || cost.memory_kib > cairn::keys::kMaxMemoryKib)
    abort();
  if (cost.passes > 2 || cost.memory_kib > 64) return 0;
  constexpr absl::string_view text = "passphrase";
  cairn::keys::SecretBytes passphrase =
      cairn::keys::SecretBytes::CopyOf(cairn::keys::AsBytes(text));
  (void)cairn::keys::DecryptKeyFile(bytes, passphrase);
  return 0;
}
