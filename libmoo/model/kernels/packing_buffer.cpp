#include "libmoo/model/kernels/packing_buffer.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <new>

namespace moo::kernels {
namespace {

struct Freed {
  void operator()(void* block) const { std::free(block); }
};

struct Buffer {
  std::unique_ptr<void, Freed> block;
  std::size_t bytes = 0;
};

}  // namespace

template <class Scalar>
Scalar* packing_buffer(PackedFactor factor, Eigen::Index size) {
  thread_local std::array<Buffer, 2> buffers;
  Buffer& buffer = buffers[static_cast<std::size_t>(factor)];
  const std::size_t bytes = (static_cast<std::size_t>(size) * sizeof(Scalar) + 127) / 64 * 64;
  if (buffer.bytes < bytes) {
    buffer.block.reset(std::aligned_alloc(64, bytes));
    if (buffer.block == nullptr) throw std::bad_alloc();
    buffer.bytes = bytes;
  }
  return static_cast<Scalar*>(buffer.block.get());
}

template double* packing_buffer<double>(PackedFactor, Eigen::Index);
template float* packing_buffer<float>(PackedFactor, Eigen::Index);

}  // namespace moo::kernels
