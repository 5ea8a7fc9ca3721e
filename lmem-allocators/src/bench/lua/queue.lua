-- a queue by priority, of small tables that refer to the ones before
local heap, size, seed = {}, 0, 5

local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n
end

local function push(priority, value)
  size = size + 1
  heap[size] = { priority = priority, value = value }
  local i = size
  while i > 1 do
    local up = math.floor(i / 2)
    if heap[up].priority <= heap[i].priority then break end
    heap[up], heap[i] = heap[i], heap[up]
    i = up
  end
end

local function pop()
  local top = heap[1]
  heap[1] = heap[size]
  heap[size] = nil
  size = size - 1
  local i = 1
  while 2 * i <= size do
    local down = 2 * i
    if down < size and heap[down + 1].priority < heap[down].priority then down = down + 1 end
    if heap[i].priority <= heap[down].priority then break end
    heap[i], heap[down] = heap[down], heap[i]
    i = down
  end
  return top
end

for i = 1, 2000 do push(random(100000), "job" .. i) end
for i = 1, 60000 do
  local first = pop()
  push(first.priority + random(1000), { first.value, i })
  if i % 10 == 0 then push(random(1000), i) end
end
