# MOO_SANITIZE instruments every target, because a program mixes instrumented and plain Eigen code
# only at the price of false reports.
if(MOO_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  set(MOO_PRECOMPILED_HEADERS OFF)  # so one build proves that every source includes what it uses
endif()
