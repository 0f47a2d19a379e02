// The container: what is read is, written again, the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "audit/record/ustar.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cairn::record::UstarMember;
  cairn::record::UstarReader reader(cairn::keys::SourceOf({data, size}));
  std::string written;
  cairn::record::UstarWriter writer([&](cairn::keys::ByteView bytes) {
    cairn::keys::AppendBytes(written, bytes);
    return absl::OkStatus();
  });
  for (;;) {
    absl::StatusOr<std::optional<UstarMember>> member = reader.Next();
    if (!member.ok()) return 0;
    if (!member->has_value()) break;
    absl::StatusOr<cairn::keys::Bytes> content = reader.ReadAll(size);
    if (!content.ok()) return 0;
    if (!writer.Add((*member)->name, cairn::keys::AsBytes(*content)).ok()) std::abort();
  }
  if (!writer.Finish().ok()) std::abort();
  if (written != cairn::keys::AsText({data, size})) std::abort();
  return 0;
}
