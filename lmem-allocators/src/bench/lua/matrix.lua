-- rows of numbers that grow one by one: most requests double an array, which moves
for round = 1, 12 do
  local n = 60 + round * 5
  local a, c = {}, {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = i * j % 7 end
    a[i] = row
  end
  for i = 1, n do
    local row, ai = {}, a[i]
    for j = 1, n do
      local sum = 0
      for k = 1, n do sum = sum + ai[k] * a[k][j] end
      row[j] = sum
    end
    c[i] = row
  end
  for i = 1, n do c[i] = table.concat(c[i], ",") end
end
