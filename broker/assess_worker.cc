#include "broker/assess_worker.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/control_history.h"
#include "audit/completeness/engine.h"
#include "audit/record/commitment.h"
#include "audit/record/package_reader.h"
#include "audit/statement/annex.h"
#include "broker/agreed_files.h"
#include "broker/chunk_disk.h"
#include "broker/descriptor_io.h"
#include "keys/age.h"
#include "keys/digest.h"
#include "keys/key_file.h"
#include "keys/passphrase.h"
#include "keys/sealing.h"

// Under a sanitizer a process reserves terabytes of addresses, so a limit on these ends it at once.
#define CAIRN_SHADOW_MEMORY 0
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef CAIRN_SHADOW_MEMORY
#define CAIRN_SHADOW_MEMORY 1
#endif
#endif

namespace cairn::broker {
namespace {

constexpr int kPassphraseDescriptor = 3;
constexpr int kMaxControlHistoryChunks = 16;

// A sealed package out of its chunks: opened, checked and read anew for each pass, so that memory
// does not grow with it.
class ChunkedPackage final : public completeness::PackageContent {
 public:
  ChunkedPackage(const v1::AssessWork& work, const v1::WorkPackage& package, const ChunkDisk& disk,
                 const keys::SealingPrivateKey& key)
      : work_(work), package_(package), disk_(disk), key_(key) {}

  absl::Status ForEachRecord(
      absl::FunctionRef<absl::Status(const completeness::PackageRecord&)> visit) const override {
    record::PackageCallbacks callbacks;
    callbacks.record = [&](std::uint64_t index, const record::UnpackedRecord& unpacked) {
      return visit({.index = index,
                    .commitment = record::RecordCommitment(unpacked.digests).digest,
                    .record = &unpacked.record});
    };
    return Pass(callbacks).status();
  }

  absl::Status ForEachSupplement(
      absl::FunctionRef<absl::Status(const v1::Supplement&)> visit) const override {
    record::PackageCallbacks callbacks;
    callbacks.supplement = [&](std::uint64_t, const v1::Supplement& supplement) {
      return visit(supplement);
    };
    return Pass(callbacks).status();
  }

  // For the report's digest, from the package's header.
  absl::StatusOr<keys::Bytes> ReadSalt() const {
    const absl::StatusOr<record::ReadPackageResult> read = Pass({});
    if (!read.ok()) return read.status();
    return read->header.package_salt();
  }

 private:
  absl::StatusOr<record::ReadPackageResult> Pass(const record::PackageCallbacks& callbacks) const {
    absl::StatusOr<keys::Opener> opener = keys::Opener::Create(ChunkSource(), {&key_, 1});
    if (!opener.ok()) return About(opener.status());
    auto read = record::ReadPackage(record::SourceOfOpener(*opener), record::PackageFile::kMain,
                                    Expected(), callbacks);
    if (!read.ok()) return About(read.status());
    return read;
  }

  absl::Status About(const absl::Status& status) const {
    return absl::Status(status.code(),
                        absl::StrCat("package ",
                                     keys::Digest::FromBytes(keys::AsBytes(package_.digest()))
                                         .value_or(keys::Digest())
                                         .Hex(),
                                     ": ", status.message()));
  }

  // The chunks one after the other; each is checked against its digest as it is read.
  keys::Source ChunkSource() const {
    struct Position {
      int next = 0;
      keys::Bytes chunk;
      std::size_t at = 0;
    };
    const auto position = std::make_shared<Position>();
    return [this, position](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
      if (position->at == position->chunk.size()) {
        if (position->next == package_.chunks_size()) return std::size_t{0};
        const auto digest =
            keys::Digest::FromBytes(keys::AsBytes(package_.chunks(position->next++)));
        if (!digest.ok()) return digest.status();
        absl::StatusOr<keys::Bytes> chunk = disk_.Read(*digest);
        if (!chunk.ok()) return chunk.status();
        position->chunk = *std::move(chunk);
        position->at = 0;
      }
      const std::size_t count = std::min(out.size(), position->chunk.size() - position->at);
      std::copy_n(position->chunk.begin() + static_cast<std::ptrdiff_t>(position->at), count,
                  out.begin());
      position->at += count;
      return count;
    };
  }

  record::PackageExpectations Expected() const {
    record::PackageExpectations expected;
    expected.log_origin = work_.log_origin();
    expected.handover = package_.handover();
    expected.exercise = package_.exercise();
    expected.recipient = key_.Public().Recipient();
    for (const v1::FactSubmission& submission : work_.facts().submissions()) {
      if (submission.digest() != package_.digest()) continue;
      expected.record_count = submission.record_count();
      const auto root = keys::Digest::FromBytes(keys::AsBytes(submission.record_root()));
      if (root.ok()) expected.record_root = merkle::NodeHash{*root};
    }
    for (const std::string& typed : package_.author_keys()) {
      const auto key = keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(typed));
      if (key.ok()) expected.holder_keys.push_back(*key);
    }
    return expected;
  }

  const v1::AssessWork& work_;
  const v1::WorkPackage& package_;
  const ChunkDisk& disk_;
  const keys::SealingPrivateKey& key_;
};

absl::StatusOr<keys::Bytes> ReadControlHistory(const v1::AssessWork& work, const ChunkDisk& disk) {
  if (work.control_history_chunks_size() > kMaxControlHistoryChunks) {
    return absl::ResourceExhaustedError("the control history is too large");
  }
  keys::Bytes carried;
  for (const std::string& bytes : work.control_history_chunks()) {
    const auto digest = keys::Digest::FromBytes(keys::AsBytes(bytes));
    if (!digest.ok()) return digest.status();
    const absl::StatusOr<keys::Bytes> chunk = disk.Read(*digest);
    if (!chunk.ok()) return chunk.status();
    carried += *chunk;
  }
  const auto annex = statement::SplitCarried(keys::AsBytes(carried));
  if (keys::Sha256(keys::AsBytes(carried)).ToBytes() != work.control_history() ||
      !annex.has_value()) {
    return absl::DataLossError("the control history is not the charter's annex");
  }
  return keys::ToBytes(annex->bytes);
}

absl::Status LimitResources(const v1::AssessWork& work) {
  const rlimit cpu{work.cpu_seconds(), work.cpu_seconds() + 5};
  if (::setrlimit(RLIMIT_CPU, &cpu) != 0) return absl::InternalError("setrlimit: CPU");
  const rlimit files{64, 64};
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) return absl::InternalError("setrlimit: files");
  const rlimit written{0, 0};  // It writes to a pipe, and to no file.
  if (::setrlimit(RLIMIT_FSIZE, &written) != 0) return absl::InternalError("setrlimit: size");
#if !CAIRN_SHADOW_MEMORY
  const rlimit memory{work.memory_mib() * 1024 * 1024, work.memory_mib() * 1024 * 1024};
  if (::setrlimit(RLIMIT_AS, &memory) != 0) return absl::InternalError("setrlimit: memory");
#endif
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::InternalError("prctl: no new privileges");
  }
  return absl::OkStatus();
}

v1::AssessWorkResult ErrorResult(const absl::Status& status) {
  v1::AssessWorkResult result;
  result.set_error_code(static_cast<int>(status.code()));
  result.set_error(std::string(status.message()));
  return result;
}

absl::StatusOr<v1::AssessWorkResult> WorkFromInput() {
  const absl::StatusOr<std::string> input = ReadToEnd(STDIN_FILENO, kMaxWorkBytes);
  if (!input.ok()) return input.status();
  v1::AssessWork work;
  if (!work.ParseFromString(*input)) return absl::InvalidArgumentError("no work can be read");
  const absl::StatusOr<keys::SecretBytes> passphrase =
      keys::ReadPassphraseFd(kPassphraseDescriptor);
  if (!passphrase.ok()) return passphrase.status();
  ::close(kPassphraseDescriptor);
  if (absl::Status limited = LimitResources(work); !limited.ok()) return limited;
  return DoAssessWork(work, *passphrase);
}

}  // namespace

absl::StatusOr<v1::AssessWorkResult> DoAssessWork(const v1::AssessWork& work,
                                                  const keys::SecretBytes& passphrase) {
  const absl::StatusOr<keys::SealingPrivateKey> key =
      keys::ReadSealingKeyFile(work.sealing_key(), passphrase);
  if (!key.ok()) return key.status();
  AgreedFiles agreed(work.rules_folder());
  const auto rules = agreed.FindRules(work.rule_set());
  if (!rules.ok()) return rules.status();
  completeness::AssessInputs inputs;
  inputs.rules = rules->get();
  inputs.facts = &work.facts();
  inputs.log_origin = work.log_origin();
  std::optional<completeness::ControlHistory> history;
  const std::unique_ptr<ChunkDisk> disk = ChunkDisk::OpenToRead(work.content_folder());
  if (!work.control_history().empty()) {
    const absl::StatusOr<keys::Bytes> csv = ReadControlHistory(work, *disk);
    if (!csv.ok()) return csv.status();
    auto parsed = completeness::ControlHistory::FromCsv(*csv);
    if (!parsed.ok()) return parsed.status();
    history = *std::move(parsed);
    inputs.control_history = &*history;
    inputs.control_history_sha256 = keys::Sha256(keys::AsBytes(*csv)).ToBytes();
  }
  std::vector<std::unique_ptr<ChunkedPackage>> packages;
  std::vector<completeness::AssessedInput> assessed;
  std::vector<keys::Bytes> salts;
  for (const v1::WorkPackage& package : work.packages()) {
    const auto digest = keys::Digest::FromBytes(keys::AsBytes(package.digest()));
    if (!digest.ok()) return digest.status();
    packages.push_back(std::make_unique<ChunkedPackage>(work, package, *disk, *key));
    absl::StatusOr<keys::Bytes> salt = packages.back()->ReadSalt();
    if (!salt.ok()) return salt.status();
    salts.push_back(*std::move(salt));
    assessed.push_back({.digest = *digest, .content = packages.back().get()});
  }
  inputs.packages = assessed;
  const absl::StatusOr<v1::Report> report = completeness::Assess(inputs);
  if (!report.ok()) return report.status();
  absl::StatusOr<keys::Bytes> bytes = completeness::ReportBytes(*report);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<keys::Digest> salt = completeness::ReportSalt(salts);
  if (!salt.ok()) return salt.status();
  absl::StatusOr<v1::AnnexRef> ref = completeness::ReportRef(keys::AsBytes(*bytes), *salt);
  if (!ref.ok()) return ref.status();
  v1::AssessWorkResult result;
  *result.mutable_report_ref() = *std::move(ref);
  *result.mutable_summary() = report->summary();
  result.set_report(*std::move(bytes));
  return result;
}

int AssessWorkerMain() {
  // What the broker has open is none of this process's business.
  ::close_range(kPassphraseDescriptor + 1, ~0U, 0);
  const absl::StatusOr<v1::AssessWorkResult> result = WorkFromInput();
  const v1::AssessWorkResult answer = result.ok() ? *result : ErrorResult(result.status());
  return WriteToEnd(STDOUT_FILENO, answer.SerializeAsString()).ok() ? 0 : 3;
}

}  // namespace cairn::broker
