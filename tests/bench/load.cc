#include "tests/bench/load.h"

#include <grpcpp/grpcpp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <mutex>
#include <semaphore>
#include <thread>

namespace cairn::bench {
namespace {

using Clock = std::chrono::steady_clock;

double MicrosecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

double Percentile(std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * sorted.size()))];
}

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// `clients` callers, each of which makes its next call when the last one was answered.
class Callers {
 public:
  using StartCall =
      std::function<void(std::size_t client, std::size_t call, std::function<void(bool)>)>;

  LoadResult Run(const std::vector<std::size_t>& calls, const StartCall& start) {
    start_ = &start;
    calls_ = &calls;
    latencies_.resize(calls.size());
    open_ = static_cast<std::ptrdiff_t>(calls.size());
    const Clock::time_point began = Clock::now();
    for (std::size_t client = 0; client < calls.size(); ++client) Next(client, 0);
    finished_.acquire();
    const double seconds = MicrosecondsSince(began) / 1e6;
    LoadResult result;
    std::vector<double> all;
    for (const auto& of_client : latencies_)
      all.insert(all.end(), of_client.begin(), of_client.end());
    std::sort(all.begin(), all.end());
    result.per_second = static_cast<double>(all.size()) / seconds;
    result.p50_us = Percentile(all, 0.5);
    result.p99_us = Percentile(all, 0.99);
    result.failed = failed_;
    return result;
  }

 private:
  void Next(std::size_t client, std::size_t call) {
    if (call == (*calls_)[client]) {
      if (--open_ == 0) finished_.release();
      return;
    }
    const Clock::time_point began = Clock::now();
    (*start_)(client, call, [this, client, call, began](bool good) {
      latencies_[client].push_back(MicrosecondsSince(began));
      if (!good) ++failed_;
      Next(client, call + 1);
    });
  }

  const StartCall* start_ = nullptr;
  const std::vector<std::size_t>* calls_ = nullptr;
  std::vector<std::vector<double>> latencies_;
  std::atomic<std::ptrdiff_t> open_{0};
  std::atomic<std::size_t> failed_{0};
  std::binary_semaphore finished_{0};
};

// One unary call that owns what it needs until it is answered.
template <typename Request, typename Response>
struct Flight {
  grpc::ClientContext context;
  Request request;
  Response response;
};

// Who has sent how many statements of a stream, and when they were answered: a writer and a reader.
class StreamClock {
 public:
  StreamClock(std::size_t statements, std::size_t in_flight)
      : sent_(statements), room_(static_cast<std::ptrdiff_t>(in_flight)) {}

  // The writer's: waits for room for one statement, takes it for as many as there is, at most
  // `wanted`, and says how many.
  std::size_t Sends(std::size_t wanted) {
    room_.acquire();
    std::size_t count = 1;
    while (count < wanted && room_.try_acquire()) ++count;
    const Clock::time_point now = Clock::now();
    for (std::size_t i = 0; i < count; ++i) sent_[next_++] = now;
    return count;
  }

  // The reader's.
  void Answered(const v1::SubmitResponse& response) {
    latencies_.push_back(MicrosecondsSince(sent_[latencies_.size()]));
    if (!response.has_receipt()) ++failed_;
  }
  void MakeRoom(std::size_t count) { room_.release(static_cast<std::ptrdiff_t>(count)); }
  LoadResult Finish(std::thread& writer) {
    const double seconds = MicrosecondsSince(began_) / 1e6;
    MakeRoom(sent_.size());
    writer.join();
    std::sort(latencies_.begin(), latencies_.end());
    LoadResult result;
    result.per_second = static_cast<double>(latencies_.size()) / seconds;
    result.p50_us = Percentile(latencies_, 0.5);
    result.p99_us = Percentile(latencies_, 0.99);
    result.failed = failed_ + sent_.size() - latencies_.size();
    return result;
  }

 private:
  const Clock::time_point began_ = Clock::now();
  std::vector<Clock::time_point> sent_;
  std::counting_semaphore<> room_;
  std::size_t next_ = 0;  // The writer's.
  std::vector<double> latencies_;
  std::size_t failed_ = 0;
};

// A server whose every call is answered at once with what it is told to answer.
class EchoServer final : public v1::LogService::CallbackService {
 public:
  explicit EchoServer(std::size_t hashes) : hashes_(hashes) {}
  grpc::ServerUnaryReactor* GetInclusionProof(grpc::CallbackServerContext* context,
                                              const v1::GetInclusionProofRequest*,
                                              v1::GetInclusionProofResponse* response) override {
    for (std::size_t i = 0; i < hashes_; ++i) response->add_hashes(std::string(32, 'h'));
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  std::size_t hashes_;
};

struct Child {
  pid_t process = -1;
  std::string address;
};

// Forks before any gRPC object exists in this process' child; the child serves until it is killed.
Child StartEcho(std::size_t hashes) {
  int ports[2];
  if (pipe(ports) != 0) return {};
  const pid_t process = fork();
  if (process == 0) {
    // A fresh image: gRPC does not survive a fork of a process that has used it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string hashes_text = std::to_string(hashes);
    const std::string fd_text = std::to_string(ports[1]);
    execl("/proc/self/exe", "bench", "--echo-server", hashes_text.c_str(), fd_text.c_str(),
          nullptr);
    _exit(3);
  }
  close(ports[1]);
  char text[16] = {};
  const ssize_t got = read(ports[0], text, sizeof text - 1);
  close(ports[0]);
  return {process, got > 0 ? std::string("127.0.0.1:") + text : ""};
}

void Stop(const Child& child) {
  kill(child.process, SIGKILL);
  waitpid(child.process, nullptr, 0);
}

LoadResult ProofLoad(const std::string& address, std::uint64_t tree_size, std::size_t calls) {
  constexpr std::size_t kClients = 64;
  const auto stub = v1::LogService::NewStub(OpenChannel(address));
  using InFlight = Flight<v1::GetInclusionProofRequest, v1::GetInclusionProofResponse>;
  Callers callers;
  return callers.Run(
      std::vector<std::size_t>(kClients, calls / kClients),
      [&](std::size_t client, std::size_t call, std::function<void(bool)> done) {
        auto* flight = new InFlight;
        flight->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
        flight->request.set_leaf_index((client * 7919 + call * 104729) % tree_size);
        flight->request.set_tree_size(tree_size);
        stub->async()->GetInclusionProof(&flight->context, &flight->request, &flight->response,
                                         [flight, done = std::move(done)](grpc::Status status) {
                                           delete flight;
                                           done(status.ok());
                                         });
      });
}

}  // namespace

// Called by main for "--echo-server HASHES FD": writes its port to FD and serves for ever.
int ServeEcho(std::size_t hashes, int fd) {
  EchoServer service(hashes);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const std::string text = std::to_string(port);
  if (write(fd, text.data(), text.size()) < 0) return 3;
  close(fd);
  server->Wait();
  return 0;
}

LoadResult UnaryLoad(const std::string& address,
                     const std::vector<std::vector<std::string>>& statements) {
  constexpr std::size_t kClientsPerChannel = 32;
  std::vector<std::unique_ptr<v1::StatementService::Stub>> stubs;
  for (std::size_t i = 0; i <= statements.size() / kClientsPerChannel; ++i) {
    stubs.push_back(v1::StatementService::NewStub(OpenChannel(address)));
  }
  std::vector<std::size_t> calls;
  for (const auto& of_client : statements) calls.push_back(of_client.size());
  using InFlight = Flight<v1::SubmitRequest, v1::SubmitResponse>;
  Callers callers;
  return callers.Run(
      calls, [&](std::size_t client, std::size_t call, std::function<void(bool)> done) {
        auto* flight = new InFlight;
        flight->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
        flight->request.set_signed_statement(statements[client][call]);
        stubs[client / kClientsPerChannel]->async()->Submit(
            &flight->context, &flight->request, &flight->response,
            [flight, done = std::move(done)](grpc::Status status) {
              const bool good = status.ok() && flight->response.has_receipt();
              delete flight;
              done(good);
            });
      });
}

LoadResult StreamLoad(const std::string& address, const std::vector<std::string>& statements,
                      std::size_t in_flight) {
  const auto stub = v1::StatementService::NewStub(OpenChannel(address));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(300));
  const auto stream = stub->SubmitStream(&context);
  StreamClock clock(statements.size(), in_flight);
  std::thread writer([&] {
    v1::SubmitRequest request;
    for (const std::string& statement : statements) {
      clock.Sends(1);
      request.set_signed_statement(statement);
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  v1::SubmitResponse response;
  while (stream->Read(&response)) {
    clock.Answered(response);
    clock.MakeRoom(1);
  }
  return clock.Finish(writer);
}

LoadResult ManyLoad(const std::string& address, const std::vector<std::string>& statements,
                    std::size_t in_flight) {
  constexpr std::size_t kMost = 64;
  const auto stub = v1::StatementService::NewStub(OpenChannel(address));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(300));
  const auto stream = stub->SubmitMany(&context);
  StreamClock clock(statements.size(), in_flight);
  std::thread writer([&] {
    v1::SubmitManyRequest request;
    for (std::size_t sent = 0; sent < statements.size();) {
      const std::size_t count = clock.Sends(std::min(kMost, statements.size() - sent));
      request.clear_signed_statements();
      for (std::size_t i = 0; i < count; ++i) request.add_signed_statements(statements[sent + i]);
      if (!stream->Write(request)) break;
      sent += count;
    }
    stream->WritesDone();
  });
  v1::SubmitManyResponse response;
  while (stream->Read(&response)) {
    for (const v1::SubmitResponse& outcome : response.outcomes()) clock.Answered(outcome);
    clock.MakeRoom(static_cast<std::size_t>(response.outcomes_size()));
  }
  return clock.Finish(writer);
}

double CpuUs(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  const std::size_t behind_name = text.rfind(')');
  if (behind_name == std::string::npos) return 0;
  unsigned long user = 0, system = 0;
  std::sscanf(text.c_str() + behind_name + 1,
              " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  return static_cast<double>(user + system) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double EmptyCallCpuUs(std::size_t calls) {
  const Child echo = StartEcho(0);
  ProofLoad(echo.address, 1, calls / 10);
  const double before = CpuUs(getpid()) + CpuUs(echo.process);
  ProofLoad(echo.address, 1, calls);
  const double used = CpuUs(getpid()) + CpuUs(echo.process) - before;
  Stop(echo);
  return used / static_cast<double>(calls);
}

double EchoRate(std::size_t calls, std::size_t hashes) {
  const Child echo = StartEcho(hashes);
  ProofLoad(echo.address, 1, calls / 10);
  const double rate = ProofLoad(echo.address, 1, calls).per_second;
  Stop(echo);
  return rate;
}

double ProofRate(const std::string& address, std::uint64_t tree_size, std::size_t calls) {
  ProofLoad(address, tree_size, calls / 10);
  const LoadResult result = ProofLoad(address, tree_size, calls);
  return result.failed == 0 ? result.per_second : 0;
}

}  // namespace cairn::bench
