// What tests of the client talk to: a party's home in a folder of its own, and a broker in this
// process that can be told to break off, to forget, to lie. Its log is real: entries in a tree,
// notes signed with its key.
#ifndef CAIRN_CLIENT_TESTING_H_
#define CAIRN_CLIENT_TESTING_H_

#include <grpcpp/grpcpp.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "audit/merkle/hash.h"
#include "audit/merkle/node_source.h"
#include "audit/merkle/proof.h"
#include "audit/note/checkpoint.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/refusal.h"
#include "cairn/v1/broker.grpc.pb.h"
#include "cairn/v1/state.pb.h"
#include "client/connection.h"
#include "client/content_file.h"
#include "client/context.h"
#include "client/home.h"
#include "client/profile.h"
#include "keys/key_file.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "keys/signing.h"
#include "keys/vkey.h"

namespace cairn::client::testing {

template <typename T>
T OrAbort(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::abort();
  }
  return *std::move(result);
}

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cairn-XXXXXX").native();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, const std::string& content) const {
    std::string path = path_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

 private:
  std::string path_;
};

inline constexpr char kTestOrigin[] = "log.example.org/test";

// A broker of one log. Thread-safe; the switches may be moved at any time.
class FakeBroker final : public v1::StatementService::Service,
                         public v1::LogService::Service,
                         public v1::ContentService::Service,
                         public v1::HandoverService::Service {
 public:
  FakeBroker() : log_key_(keys::SigningPrivateKey::Generate()) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(static_cast<v1::StatementService::Service*>(this));
    builder.RegisterService(static_cast<v1::LogService::Service*>(this));
    builder.RegisterService(static_cast<v1::ContentService::Service*>(this));
    builder.RegisterService(static_cast<v1::HandoverService::Service*>(this));
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  ~FakeBroker() override { server_->Shutdown(); }

  const std::string& address() const { return address_; }
  std::string vkey() const {
    return OrAbort(keys::VerifierKey::Create(kTestOrigin, keys::NoteKeyType::kEd25519,
                                             log_key_.Public()))
        .ToString();
  }

  keys::SigningPublicKey operator_key() const { return log_key_.Public(); }

  // --- Switches ---
  std::atomic<int> drop_answers = 0;   // So many submissions are logged, and not answered.
  std::atomic<int> drop_requests = 0;  // So many are neither logged nor answered.
  std::atomic<int> refuse = 0;         // So many are refused,
  std::atomic<v1::RefusalReason> reason = v1::REFUSAL_REASON_NOT_ENTITLED;  // for this.
  std::atomic<bool> false_receipts = false;  // Proofs of another leaf.
  std::atomic<int> break_writes_after = -1;  // An upload breaks after so many chunks, once.
  std::atomic<int> break_reads_after = -1;   // Likewise a download.
  std::atomic<bool> damage_reads = false;    // One byte of each download is another.
  std::atomic<bool> always_break = false;    // No transfer gets anywhere.
  std::atomic<bool> refuse_chunks = false;   // As if each were another than declared.
  std::atomic<bool> keep_content = true;     // False: uploads are counted and thrown away.

  // --- What happened ---
  std::vector<std::string> submitted() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return submitted_;
  }
  std::vector<std::string> logged() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return logged_;
  }
  std::vector<std::uint64_t> write_offsets() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return write_offsets_;
  }
  std::vector<std::uint64_t> read_offsets() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return read_offsets_;
  }
  void AddContent(const std::string& bytes) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::string digest = keys::Sha256(keys::AsBytes(bytes)).ToBytes();
    uploads_[digest] = {bytes, bytes.size(), bytes.size(), {}};
  }
  // The same number of leaves, and another tree.
  void ForgeHistory() {
    const std::lock_guard<std::mutex> lock(mutex_);
    merkle::MemoryTree forged;
    for (std::size_t leaf = 0; leaf < entries_.size(); ++leaf) {
      forged.Append(merkle::HashLeaf(keys::AsBytes("forged")));
    }
    tree_ = std::move(forged);
  }
  std::string Content(const std::string& digest) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return uploads_[digest].bytes;
  }

  // --- Statements ---
  grpc::Status Submit(grpc::ServerContext*, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    submitted_.push_back(request->signed_statement());
    if (drop_requests > 0) {
      --drop_requests;
      return Broken();
    }
    const auto verified = OrAbort(statement::Verify(keys::AsBytes(request->signed_statement())));
    if (refuse > 0) {
      --refuse;
      v1::Refusal refusal;
      refusal.set_log_origin(kTestOrigin);
      refusal.set_reason(reason);
      refusal.set_message("not your role");
      refusal.set_remedy("ask a mediator");
      refusal.set_statement(verified.id().ToBytes());
      *response->mutable_refusal() = OrAbort(statement::SignRefusal(refusal, log_key_));
      return grpc::Status::OK;
    }
    std::uint64_t leaf = 0;
    while (leaf < logged_.size() && logged_[leaf] != request->signed_statement()) ++leaf;
    const bool before = leaf < logged_.size();
    if (!before) Append(request->signed_statement(), verified);
    if (drop_answers > 0) {
      --drop_answers;
      return Broken();
    }
    FillReceipt(leaf, before, *response->mutable_receipt());
    return grpc::Status::OK;
  }

  grpc::Status GetChainHead(grpc::ServerContext*, const v1::GetChainHeadRequest* request,
                            v1::GetChainHeadResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto& [sequence, head] = chains_[request->key()];
    response->set_known(true);
    response->set_sequence(sequence);
    response->set_previous(head);
    if (!logged_.empty()) response->set_note(Note());
    return grpc::Status::OK;
  }

  grpc::Status GetConsistencyProof(grpc::ServerContext*,
                                   const v1::GetConsistencyProofRequest* request,
                                   v1::GetConsistencyProofResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const merkle::NodeHash& hash :
         OrAbort(merkle::ProveConsistency(merkle::TreeSize{request->from_size()},
                                          merkle::TreeSize{request->to_size()}, tree_))) {
      response->add_hashes(hash.digest.ToBytes());
    }
    return grpc::Status::OK;
  }

  grpc::Status GetReceipt(grpc::ServerContext*, const v1::GetReceiptRequest* request,
                          v1::Receipt* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (std::size_t leaf = 0; leaf < logged_.size(); ++leaf) {
      if (IdOf(logged_[leaf]) != request->statement()) continue;
      FillReceipt(leaf, true, *response);
      response->set_signed_statement(logged_[leaf]);
      return grpc::Status::OK;
    }
    return {grpc::StatusCode::NOT_FOUND, "not logged"};
  }

  // --- Handovers: what was opened, and nothing that came after ---
  grpc::Status ListHandovers(grpc::ServerContext*, const v1::ListHandoversRequest*,
                             v1::ListHandoversResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const std::string& bytes : logged_) {
      const v1::Statement said = OrAbort(statement::Verify(keys::AsBytes(bytes))).statement();
      if (!said.has_open_handover()) continue;
      v1::HandoverSummary& one = *response->add_handovers();
      one.set_handover(IdOf(bytes));
      one.set_name(said.open_handover().charter().name());
      one.set_exercise(said.open_handover().charter().exercise());
    }
    return grpc::Status::OK;
  }
  grpc::Status GetHandover(grpc::ServerContext*, const v1::GetHandoverRequest* request,
                           v1::GetHandoverResponse* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const std::string& bytes : logged_) {
      if (IdOf(bytes) != request->handover()) continue;
      const v1::Statement said = OrAbort(statement::Verify(keys::AsBytes(bytes))).statement();
      v1::CharterObject& charter = *response->mutable_state()->mutable_charter();
      *charter.mutable_charter() = said.open_handover().charter();
      charter.set_opened_by(said.actor());
      return grpc::Status::OK;
    }
    return {grpc::StatusCode::NOT_FOUND, "no such handover"};
  }
  // Everybody has two sealing keys.
  grpc::Status GetParty(grpc::ServerContext*, const v1::GetPartyRequest* request,
                        v1::GetPartyResponse* response) override {
    response->mutable_party()->set_party(request->party());
    for (int i = 0; i < 2; ++i) {
      v1::KeyState& key = *response->mutable_party()->add_keys();
      key.set_key(keys::SealingPrivateKey::Generate().Public().TypedBytes());
      key.add_roles(v1::KEY_ROLE_SEALING);
    }
    return grpc::Status::OK;
  }

  // --- Content ---
  grpc::Status BeginUpload(grpc::ServerContext* context, const v1::BeginUploadRequest* request,
                           v1::UploadStatus* response) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (context->client_metadata().count("cairn-token-bin") != 1) return NoToken();
    Stored& upload = uploads_[request->digest()];
    upload.size = request->size();
    upload.chunks.assign(request->chunk_digests().begin(), request->chunk_digests().end());
    FillStatus(upload, *response);
    return grpc::Status::OK;
  }

  grpc::Status Write(grpc::ServerContext* context, grpc::ServerReader<v1::WriteRequest>* reader,
                     v1::UploadStatus* response) override {
    if (context->client_metadata().count("cairn-token-bin") != 1) return NoToken();
    v1::WriteRequest request;
    std::string digest;
    for (int chunk = 0; reader->Read(&request); ++chunk) {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (always_break) return Broken();
      if (chunk == break_writes_after) {
        break_writes_after = -1;
        return Broken();
      }
      if (!request.digest().empty()) digest = request.digest();
      if (chunk == 0) write_offsets_.push_back(request.offset());
      if (grpc::Status taken = Take(uploads_[digest], request); !taken.ok()) return taken;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    FillStatus(uploads_[digest], *response);
    return grpc::Status::OK;
  }

  grpc::Status Read(grpc::ServerContext* context, const v1::ReadRequest* request,
                    grpc::ServerWriter<v1::ReadResponse>* writer) override {
    if (context->client_metadata().count("cairn-token-bin") != 1) return NoToken();
    const std::string bytes = Content(request->digest());
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      read_offsets_.push_back(request->offset());
    }
    std::uint64_t at = request->offset();
    for (int chunk = 0; at < bytes.size(); ++chunk) {
      if (always_break) return Broken();
      if (chunk == break_reads_after) {
        break_reads_after = -1;
        return Broken();
      }
      v1::ReadResponse response;
      if (chunk == 0) response.set_size(bytes.size());
      response.set_offset(at);
      response.set_data(bytes.substr(at, kContentChunkBytes));
      if (damage_reads && chunk == 0) (*response.mutable_data())[0] ^= 1;
      at += response.data().size();
      if (!writer->Write(response)) return Broken();
    }
    return grpc::Status::OK;
  }

 private:
  struct Stored {
    std::string bytes;
    std::uint64_t size = 0;
    std::uint64_t committed = 0;
    std::vector<std::string> chunks;
  };

  static grpc::Status Broken() { return {grpc::StatusCode::UNAVAILABLE, "connection lost"}; }
  static grpc::Status NoToken() { return {grpc::StatusCode::UNAUTHENTICATED, "no token"}; }

  static std::string IdOf(const std::string& bytes) {
    return OrAbort(statement::Verify(keys::AsBytes(bytes))).id().ToBytes();
  }

  static void FillStatus(const Stored& upload, v1::UploadStatus& status) {
    status.set_committed_size(upload.committed);
    status.set_complete(upload.committed == upload.size);
  }

  grpc::Status Take(Stored& upload, const v1::WriteRequest& request) const {
    if (request.offset() != upload.committed) {
      return {grpc::StatusCode::ABORTED, "the upload stands elsewhere"};
    }
    const std::string& declared = upload.chunks[request.offset() / kContentChunkBytes];
    if (refuse_chunks || keys::Sha256(keys::AsBytes(request.data())).ToBytes() != declared) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "the chunk is not the one declared"};
    }
    if (keep_content) upload.bytes += request.data();
    upload.committed += request.data().size();
    return grpc::Status::OK;
  }

  void Append(const std::string& bytes, const statement::VerifiedStatement& verified) {
    entries_.push_back(statement::EncodeEntry(kLoggedAtMs, keys::AsBytes(bytes)));
    tree_.Append(merkle::HashLeaf(keys::AsBytes(entries_.back())));
    logged_.push_back(bytes);
    chains_[verified.key().ToBytes()] = {verified.statement().sequence(), verified.id().ToBytes()};
  }

  std::string Note() const {
    return OrAbort(note::SignCheckpoint(
        {kTestOrigin, tree_.size(), OrAbort(merkle::RootAt(tree_.size(), tree_))}, log_key_));
  }

  void FillReceipt(std::uint64_t leaf, bool before, v1::Receipt& receipt) const {
    receipt.set_leaf_index(leaf);
    receipt.set_logged_at_ms(false_receipts ? kLoggedAtMs + 1 : kLoggedAtMs);
    receipt.set_already_logged(before);
    receipt.set_note(Note());
    for (const merkle::NodeHash& hash :
         OrAbort(merkle::ProveInclusion(merkle::LeafIndex{leaf}, tree_.size(), tree_))) {
      receipt.add_inclusion_proof(hash.digest.ToBytes());
    }
  }

  static constexpr std::uint64_t kLoggedAtMs = 1'700'000'000'000;
  keys::SigningPrivateKey log_key_;
  std::string address_;
  std::mutex mutex_;
  merkle::MemoryTree tree_;
  std::vector<std::string> entries_, logged_, submitted_;
  std::map<std::string, std::pair<std::uint64_t, std::string>> chains_;
  std::map<std::string, Stored> uploads_;
  std::vector<std::uint64_t> write_offsets_, read_offsets_;
  std::unique_ptr<grpc::Server> server_;
};

// A party with its home, keys of the cheapest kind, and a context like a command's.
class TestParty {
 public:
  explicit TestParty(const FakeBroker& broker) {
    Fill(context_);
    const Home home(folder_.path());
    if (!MakeFolder(home.Keys()).ok()) std::abort();
    const keys::SecretBytes passphrase = keys::SecretBytes::CopyOf(keys::AsBytes("correct horse"));
    const keys::PrivateKey key(keys::SigningPrivateKey::Generate());
    if (!keys::WriteKeyFile(home.Key("signing"), "signing", key, passphrase, keys::kMinimumCost)
             .ok()) {
      std::abort();
    }
    Profile profile;
    profile.party = "holding-party";
    profile.name = "Holding party";
    profile.log_origin = kTestOrigin;
    profile.log_vkey = broker.vkey();
    profile.broker = broker.address();
    if (!SaveProfile(home, profile).ok()) std::abort();
  }

  Context& context() { return context_; }
  Home home() const { return Home(folder_.path()); }
  // As another command of the same party has it.
  std::unique_ptr<Context> AnotherContext() {
    auto context = std::make_unique<Context>();
    Fill(*context);
    return context;
  }

 private:
  void Fill(Context& context) {
    const std::string passphrase = folder_.Write("passphrase", "correct horse\n");
    chmod(passphrase.c_str(), 0600);
    context.options.home = folder_.path();
    context.options.passphrase_file = passphrase;
    context.options.no_input = true;
    context.console.set_quiet(true);
  }

  TempFolder folder_;
  Context context_;
};

}  // namespace cairn::client::testing

#endif  // CAIRN_CLIENT_TESTING_H_
