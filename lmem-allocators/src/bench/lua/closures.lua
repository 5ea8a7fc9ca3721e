-- functions made of functions, and tables of their results
local function map(f, t)
  local r = {}
  for i = 1, #t do r[i] = f(t[i]) end
  return r
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

for round = 1, 400 do
  local t = {}
  for i = 1, 100 do t[i] = i end
  local fs = {}
  for i = 1, 20 do fs[i] = function(x) return x + i end end
  local f = fs[1]
  for i = 2, 20 do f = compose(f, fs[i]) end
  t = map(f, t)
  t = map(function(x) return { x, tostring(x) } end, t)
end
