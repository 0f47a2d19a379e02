// Reading a dossier: its form checked to the last byte in one pass, then the log in it as a source
// like any other, for whatever audits logs.
#ifndef CAIRN_AUDIT_DOSSIER_DOSSIER_FILE_H_
#define CAIRN_AUDIT_DOSSIER_DOSSIER_FILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/dossier/dossier_format.h"
#include "audit/mirror/source.h"
#include "keys/bytes.h"

namespace cairn::dossier {

// A file that can be read from anywhere: fills a beginning of `out` with the bytes at `offset`; 0
// at the end.
using ReadAt =
    std::function<absl::StatusOr<std::size_t>(std::uint64_t offset, std::span<std::uint8_t> out)>;
// REQUIRES: `bytes` outlive it.
ReadAt ReadAtOf(keys::ByteView bytes);

class DossierFile final : public mirror::Source {
 public:
  struct EnclosedPaper {
    PaperId id;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  // Checks every byte: members, order and sizes as dossier_format.h says, papers under the digest
  // that names them, and SHA256SUMS. What the entries and notes say is not judged. Memory: 16 bytes
  // for each 128 leaves, the names of the members, and one paper.
  // kInvalidArgument: not of that form; kDataLoss: a digest that does not match; both name the
  // member. Errors of `read`.
  static absl::StatusOr<std::unique_ptr<DossierFile>> Open(std::string name, ReadAt read);

  const DossierHead& head() const { return head_; }
  const std::vector<EnclosedPaper>& papers() const { return papers_; }
  // The bytes again. kDataLoss: they have changed since.
  absl::StatusOr<keys::Bytes> ReadPaper(const EnclosedPaper& paper) const;

  // The checkpoint, tiles and bundles by their paths. kNotFound for any other.
  absl::StatusOr<keys::Bytes> Fetch(const std::string& path, std::size_t limit) override;
  std::string Name() const override { return name_; }

 private:
  class Reading;  // The one pass.
  struct Place {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  DossierFile(std::string name, ReadAt read) : name_(std::move(name)), read_(std::move(read)) {}
  absl::StatusOr<keys::Bytes> ReadPlace(const Place& place) const;
  const Place* Find(const std::string& path) const;

  const std::string name_;
  const ReadAt read_;
  DossierHead head_;
  Place checkpoint_;
  std::vector<std::vector<Place>> tiles_;  // By level and index.
  std::vector<Place> bundles_;
  std::vector<EnclosedPaper> papers_;
};

}  // namespace cairn::dossier

#endif  // CAIRN_AUDIT_DOSSIER_DOSSIER_FILE_H_
