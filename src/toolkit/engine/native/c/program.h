#ifndef EF_PROGRAM_H
#define EF_PROGRAM_H

/* A program for the interpreter: what words.ts (TypeScript) writes and run.c reads. All numbers are doubles (whole ones exact
   to 2^53); every element of every array is 4 bytes: float, or int32 (also for bool, 0 and 1).

   PLACES: three words a value: kind, offset, perPart.
     kind 0: the arena (offset in elements)      kind 1: the constants (offset in elements)
     kind 2: the external array number `offset` (inputs first, then uniforms, then outputs)
     kind 3: the arena, for what is written in each part: threads that run parts of their own have each their own arena for it
     perPart: elements that part p of the batch lies behind part 0.
     address(v) = base(kind, offset) + 4 * part * perPart

   SUMS: two words for each stretch of the arena that is summed over parts: offset, elements.

   CODE: three sections, each a count of words and then its instructions: before, each (run `parts` times), after.
   An instruction: its opcode, its count of words (opcode and count included), its words.

   OPERAND := value offset stride[0] ... stride[rank - 1]      (elements; 0 repeats; rank is the instruction's)
   MODE := 0 write | 1 add to what is there | 2 write in part 0, add in later parts

   PRODUCT  m n k scale mode  biasValue biasOffset (value -1: none; n elements, added once, after scaling)
            rank length[rank]
            a: value offset rowStride columnStride stride[rank]
            b: the same      c: the same
            c = scale * a b (+ bias), one product for each place of the batch axes
   COPY     mode rank length[rank]  to: OPERAND  from: OPERAND              (4-byte elements; mode 0 only for int32)
   FILL     number rank length[rank] to: OPERAND                            (number as float)
   PASS     rank length[rank]      (outer axes, then the inner axis last; rank >= 1; the inner axis is the row)
            loads   { OPERAND }                                           register i is the i-th load
            steps   { op a b c number }                                   register loads + j is the j-th step's result
            stores  { register mode OPERAND }
            each list begins with its count. a, b, c name registers (-1: none). number: the immediate of CONSTANT, or the
            epsilon of a step that wants one.
            A store whose stride is 0 along an axis longer than 1 SUMS over that axis (a sum of rows first when it is the
            inner one); its mode says whether the sum is written or added. Sums are over float registers.
            A register is full, or a row's number: from SUM_ROW, MAX_ROW, INVERSE_DEVIATION, a constant, a load whose inner
            stride is 0, or a step on such alone. A row's number stored with inner stride 0 is written once a row, NOT
            summed along it (SUM_ROW of a row's number is length times it); along outer axes of stride 0 it is summed.
            A store may overlap a load only where both name the same element at the same place (address and strides
            equal); stores do not overlap each other.
   GATHER   rows width count            table: value offset  ids: value offset  to: value offset    to[i] = table[ids[i]]
   SUM_ROWS rows width count mode       values: value offset ids: value offset  to: value offset    to[ids[i]] += values[i]
   TAKE     width count                 values ids to           to[i] = values[i, ids[i]]
   PLACE    width count                 values ids to           to[i, :] = 0, to[i, ids[i]] = values[i]
   CUMULATE width count reverse isInt   from to                 along rows
   ARGMAX   width count                 from to                 first largest, int32
   ATTEND   rank (6) rows samples heads queries places width            one query of each head over all places
            scale parts   queries: OPERAND  mask: OPERAND  to: OPERAND
            parts times { length   keys: OPERAND  values: OPERAND }
            to = softmax(scale queries keys' + mask) values. The places of the parts stand one behind another in the mask;
            strides of queries and to along places are 0, of the mask along width. What the samples of a row share has
            stride 0 along samples. Where some place is seen, those whose mask is -1e29 or less are not read.

   An id out of range ends the run: RUN returns the instruction's number + 1, and writes the id, else 0. */
enum { PRODUCT = 1, COPY, FILL, PASS, GATHER, SUM_ROWS, TAKE, PLACE, CUMULATE, ARGMAX, ATTEND };

enum { /* steps of a PASS; float unless said */
  CONSTANT = 1,            /* number */
  CONSTANT_INT,            /* number, as int32 */
  ADD, SUB, MUL, DIV, NEG, EXP, LOG, SQRT, TANH, ERF, SIGMOID, SOFTPLUS, GELU,
  MULTIPLY_ADD,            /* a * b + c */
  MAXIMUM,
  ADD_INT, SUB_INT, MUL_INT, DIV_INT, NEG_INT,
  EQUAL, LESS, LESS_EQUAL, EQUAL_INT, LESS_INT, LESS_EQUAL_INT,   /* to int32 0 or 1 */
  AND, OR, NOT,
  SELECT,                  /* a ? b : c, on any 4 bytes */
  TO_FLOAT, TO_INT, FLOAT_TO_BOOL, INT_TO_BOOL,                   /* TO_INT truncates */
  SUM_ROW, MAX_ROW, SUM_ROW_INT,                                  /* over the inner axis: a row's number */
  SOFTMAX, LOG_SOFTMAX, STANDARDISE, INVERSE_DEVIATION,           /* over the inner axis; the last two use number */
};

#endif
